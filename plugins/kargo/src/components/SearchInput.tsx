import InputAdornment from '@material-ui/core/InputAdornment';
import { makeStyles } from '@material-ui/core/styles';
import TextField from '@material-ui/core/TextField';
import SearchIcon from '@material-ui/icons/Search';
import { useState } from 'react';
import useDebounce from 'react-use/esm/useDebounce';

const useStyles = makeStyles(theme => ({
  field: {
    minWidth: 220,
    '& .MuiInputBase-root': { fontSize: '0.875rem' },
    '& .MuiInputBase-input': { paddingTop: 7.5, paddingBottom: 7.5 },
    [theme.breakpoints.down('xs')]: { flex: '1 1 100%' },
  },
  icon: { fontSize: '1.1rem' },
}));

/** Answers every keystroke at once, and searches when the person pauses. */
export function SearchInput(props: {
  label: string;
  /** What is searched for now. */
  search: string;
  /** How long a pause is. */
  pauseMs: number;
  onSearch: (search: string) => void;
  className?: string;
}) {
  const classes = useStyles();
  const { label, search, onSearch } = props;
  const [text, setText] = useState(search);
  const [known, setKnown] = useState(search);
  if (search !== known) {
    // The address changed by other means: Back, or a link.
    setKnown(search);
    setText(search);
  }
  useDebounce(
    () => {
      if (text !== search) {
        setKnown(text);
        onSearch(text);
      }
    },
    props.pauseMs,
    [text],
  );
  return (
    <TextField
      className={`${classes.field} ${props.className ?? ''}`}
      size="small"
      variant="outlined"
      placeholder={label}
      value={text}
      onChange={event => setText(event.target.value)}
      inputProps={{ 'aria-label': label, type: 'search' }}
      InputProps={{
        startAdornment: (
          <InputAdornment position="start">
            <SearchIcon className={classes.icon} />
          </InputAdornment>
        ),
      }}
    />
  );
}
