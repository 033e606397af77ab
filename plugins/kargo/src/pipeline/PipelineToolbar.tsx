import { useTranslationRef } from '@backstage/frontend-plugin-api';
import InputAdornment from '@material-ui/core/InputAdornment';
import MenuItem from '@material-ui/core/MenuItem';
import { makeStyles } from '@material-ui/core/styles';
import TextField from '@material-ui/core/TextField';
import Typography from '@material-ui/core/Typography';
import GraphIcon from '@material-ui/icons/AccountTree';
import ListIcon from '@material-ui/icons/List';
import SearchIcon from '@material-ui/icons/Search';
import ToggleButton from '@material-ui/lab/ToggleButton';
import ToggleButtonGroup from '@material-ui/lab/ToggleButtonGroup';
import { LiveMarker } from '../components/LiveMarker';
import { LiveState } from '../queries/ChangeStream';
import { kargoTranslationRef } from '../translation';
import { PipelineViewName, ViewSettings } from './useViewSettings';

const useStyles = makeStyles(theme => ({
  root: {
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    gap: theme.spacing(1.5),
  },
  heading: { fontSize: '0.875rem', fontWeight: 600 },
  rest: {
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    gap: theme.spacing(1.5),
    marginLeft: 'auto',
    [theme.breakpoints.down('xs')]: { marginLeft: 0, width: '100%' },
  },
  field: {
    width: 200,
    '& .MuiInputBase-root': { fontSize: '0.875rem' },
    '& .MuiInputBase-input': { paddingTop: 7.5, paddingBottom: 7.5 },
    [theme.breakpoints.down('xs')]: { flex: '1 1 100%' },
  },
  toggle: {
    textTransform: 'none',
    padding: theme.spacing(0.5, 1.25),
    color: theme.palette.text.secondary,
    '&.Mui-selected': { color: theme.palette.text.primary },
    '& svg': { marginRight: theme.spacing(0.75) },
  },
  icon: { fontSize: '1.1rem' },
}));

/** Search, filter and view of a pipeline. */
export function PipelineToolbar(props: {
  view: ViewSettings;
  origins: string[];
  live: LiveState;
  isFailing: boolean;
  updatedAt: number;
}) {
  const classes = useStyles();
  const { t } = useTranslationRef(kargoTranslationRef);
  const { view, origins } = props;
  return (
    <div className={classes.root}>
      <Typography className={classes.heading} component="h2">
        {t('pipeline.title')}
      </Typography>
      <LiveMarker
        live={props.live}
        isFailing={props.isFailing}
        updatedAt={props.updatedAt}
      />
      <div className={classes.rest}>
        {origins.length > 1 && <OriginFilter view={view} origins={origins} />}
        <TextField
          className={classes.field}
          size="small"
          variant="outlined"
          placeholder={t('pipeline.search')}
          value={view.search}
          onChange={event => view.set('find', event.target.value)}
          inputProps={{ 'aria-label': t('pipeline.search'), type: 'search' }}
          InputProps={{
            startAdornment: (
              <InputAdornment position="start">
                <SearchIcon className={classes.icon} />
              </InputAdornment>
            ),
          }}
        />
        <ToggleButtonGroup
          exclusive
          size="small"
          value={view.name}
          onChange={(_, name: PipelineViewName | null) =>
            name && view.set('view', name)
          }
          aria-label={t('pipeline.viewLabel')}
        >
          <ToggleButton value="graph" className={classes.toggle}>
            <GraphIcon className={classes.icon} />
            {t('pipeline.graph')}
          </ToggleButton>
          <ToggleButton value="list" className={classes.toggle}>
            <ListIcon className={classes.icon} />
            {t('pipeline.list')}
          </ToggleButton>
        </ToggleButtonGroup>
      </div>
    </div>
  );
}

function OriginFilter(props: { view: ViewSettings; origins: string[] }) {
  const classes = useStyles();
  const { t } = useTranslationRef(kargoTranslationRef);
  return (
    <TextField
      select
      className={classes.field}
      size="small"
      variant="outlined"
      value={props.view.origin}
      onChange={event => props.view.set('origin', event.target.value)}
      SelectProps={{
        displayEmpty: true,
        SelectDisplayProps: { 'aria-label': t('pipeline.originFilter') },
      }}
    >
      <MenuItem value="">{t('pipeline.allOrigins')}</MenuItem>
      {props.origins.map(origin => (
        <MenuItem key={origin} value={origin}>
          {origin}
        </MenuItem>
      ))}
    </TextField>
  );
}
