import { useTranslationRef } from '@backstage/frontend-plugin-api';
import MenuItem from '@material-ui/core/MenuItem';
import { makeStyles } from '@material-ui/core/styles';
import TextField from '@material-ui/core/TextField';
import Typography from '@material-ui/core/Typography';
import GraphIcon from '@material-ui/icons/AccountTree';
import ChosenIcon from '@material-ui/icons/CheckBox';
import OpenIcon from '@material-ui/icons/CheckBoxOutlineBlank';
import ListIcon from '@material-ui/icons/List';
import ToggleButton from '@material-ui/lab/ToggleButton';
import ToggleButtonGroup from '@material-ui/lab/ToggleButtonGroup';
import { ProjectAccess } from 'backstage-plugin-kargo-common';
import { useMemo } from 'react';
import { ActionButton } from '../components/ActionButton';
import { FilterField } from '../components/FilterField';
import { LiveMarker } from '../components/LiveMarker';
import { SearchInput } from '../components/SearchInput';
import { LiveState } from '../queries/ChangeStream';
import { CreateMenu } from '../manifest/CreateMenu';
import { kargoTranslationRef } from '../translation';
import { StageNodeModel } from './graphModel';
import { parseNames } from './nameList';
import { countGroups, STAGE_GROUPS, StageGroup } from './stageFilter';
import { PipelineViewName, ViewSettings } from './useViewSettings';
import { ViewSwitch } from './ViewSwitch';

/** Shorter than a pause between two words, longer than one between two letters. */
const PAUSE_MS = 150;

const useStyles = makeStyles(theme => ({
  root: {
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    gap: theme.spacing(1.5),
  },
  heading: { fontSize: '0.875rem', fontWeight: 600 },
  // Takes a line of its own where it is too much for the one that the heading begins.
  rest: {
    flexGrow: 1,
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    justifyContent: 'flex-end',
    gap: theme.spacing(1.5),
    [theme.breakpoints.down('xs')]: {
      justifyContent: 'flex-start',
      width: '100%',
    },
  },
  // As wide as there is room for, before anything has to go to the next line.
  field: {
    flexGrow: 1,
    width: 140,
    minWidth: 140,
    maxWidth: 220,
    '& .MuiInputBase-root': { fontSize: '0.875rem' },
    '& .MuiInputBase-input': { paddingTop: 7.5, paddingBottom: 7.5 },
    [theme.breakpoints.down('xs')]: { flex: '1 1 100%', maxWidth: 'none' },
  },
  // None of them goes there alone.
  actions: { display: 'flex', alignItems: 'center', gap: theme.spacing(1.5) },
  toggle: {
    textTransform: 'none',
    padding: theme.spacing(0.5, 1.25),
    color: theme.palette.text.secondary,
    '&.Mui-selected': { color: theme.palette.text.primary },
    '& svg': { marginRight: theme.spacing(0.75) },
  },
  // On a small screen a Stage takes more than one line.
  compact: {
    // Not as near as a switch stands to what is before it.
    marginLeft: 0,
    [theme.breakpoints.down('xs')]: { display: 'none' },
  },
  icon: { fontSize: '1.1rem' },
  tick: { fontSize: '1.2rem', marginRight: theme.spacing(1) },
}));

/** Search, filter and view of a pipeline. */
export function PipelineToolbar(props: {
  view: ViewSettings;
  project: string;
  access: ProjectAccess | undefined;
  origins: string[];
  stages: StageNodeModel[];
  live: LiveState;
  isFailing: boolean;
  updatedAt: number;
  /** Opens what may be promoted to several Stages. */
  onReview: () => void;
}) {
  const classes = useStyles();
  const { t } = useTranslationRef(kargoTranslationRef);
  const { view, origins } = props;
  const manage = props.access?.project.manage;
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
        <GroupFilter view={view} stages={props.stages} />
        <SearchInput
          className={classes.field}
          label={t('pipeline.search')}
          search={view.search}
          pauseMs={PAUSE_MS}
          onSearch={search => view.set('find', search)}
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
        {view.name === 'list' && (
          <ViewSwitch
            className={classes.compact}
            label={t('pipeline.compact')}
            isOn={view.isCompact}
            onChange={isOn => view.set('rows', isOn ? 'compact' : '')}
          />
        )}
        <div className={classes.actions}>
          <ActionButton onClick={props.onReview}>
            {t('review.open')}
          </ActionButton>
          <CreateMenu
            project={props.project}
            {...(manage?.allowed === false && {
              refusal: manage.reason ?? t('manifest.notAllowed'),
            })}
          />
        </div>
      </div>
    </div>
  );
}

function GroupFilter(props: { view: ViewSettings; stages: StageNodeModel[] }) {
  const classes = useStyles();
  const { t } = useTranslationRef(kargoTranslationRef);
  const { view, stages } = props;
  const counts = useMemo(() => countGroups(stages), [stages]);
  const options = STAGE_GROUPS.filter(
    group => counts[group] > 0 || group === view.group,
  );
  const nameOf = (group: StageGroup) =>
    t(`pipeline.groups.${group}`, { number: String(counts[group]) });
  const all = t('pipeline.allGroups');
  // An address may name one that there is not.
  const chosen = STAGE_GROUPS.find(group => group === view.group);
  return options.length > 0 ? (
    <FilterField
      className={classes.field}
      label={t('pipeline.groupFilter', {
        chosen: chosen ? nameOf(chosen) : all,
      })}
      all={all}
      value={view.group}
      onChange={value => view.set('state', value)}
      options={options.map(group => ({ value: group, text: nameOf(group) }))}
    />
  ) : null;
}

/** Takes several: the menu stays open while Warehouses are ticked. */
function OriginFilter(props: { view: ViewSettings; origins: string[] }) {
  const classes = useStyles();
  const { t } = useTranslationRef(kargoTranslationRef);
  const { view, origins } = props;
  const chosen = parseNames(view.origin);
  const names = [...chosen].join(', ') || t('pipeline.allOrigins');
  return (
    <TextField
      select
      className={classes.field}
      size="small"
      variant="outlined"
      value={[...chosen]}
      onChange={event => {
        const values = event.target.value as unknown as string[];
        view.set('origin', values.includes('') ? '' : values.join(','));
      }}
      SelectProps={{
        multiple: true,
        displayEmpty: true,
        renderValue: () => names,
        SelectDisplayProps: {
          'aria-label': t('pipeline.originFilter', { chosen: names }),
          title: names,
        },
      }}
    >
      <MenuItem value="" dense>
        {t('pipeline.allOrigins')}
      </MenuItem>
      {origins.map(origin => (
        <MenuItem key={origin} value={origin} dense>
          {/* The option itself tells whether it is chosen. */}
          {chosen.has(origin) ? (
            <ChosenIcon className={classes.tick} color="primary" aria-hidden />
          ) : (
            <OpenIcon className={classes.tick} color="action" aria-hidden />
          )}
          {origin}
        </MenuItem>
      ))}
    </TextField>
  );
}
