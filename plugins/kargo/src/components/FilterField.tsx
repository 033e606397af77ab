import MenuItem from '@material-ui/core/MenuItem';
import { makeStyles } from '@material-ui/core/styles';
import TextField from '@material-ui/core/TextField';
import { ReactNode } from 'react';

const useStyles = makeStyles(theme => ({
  field: {
    width: 220,
    '& .MuiInputBase-root': { fontSize: '0.875rem' },
    '& .MuiInputBase-input': { paddingTop: 7.5, paddingBottom: 7.5 },
    [theme.breakpoints.down('xs')]: { flex: '1 1 100%' },
  },
}));

/** Leaves of what is shown one kind, or all. */
export function FilterField(props: {
  /** What it filters by, and what is chosen: it is read in place of the field. */
  label: string;
  all: string;
  value: string;
  options: ReadonlyArray<{ value: string; text: ReactNode }>;
  onChange: (value: string) => void;
  onOpen?: () => void;
  className?: string;
}) {
  const classes = useStyles();
  return (
    <TextField
      select
      className={props.className ?? classes.field}
      size="small"
      variant="outlined"
      value={props.value}
      onChange={event => props.onChange(event.target.value)}
      SelectProps={{
        displayEmpty: true,
        onOpen: props.onOpen,
        SelectDisplayProps: { 'aria-label': props.label },
      }}
    >
      <MenuItem value="">{props.all}</MenuItem>
      {props.options.map(({ value, text }) => (
        <MenuItem key={value} value={value}>
          {text}
        </MenuItem>
      ))}
    </TextField>
  );
}
