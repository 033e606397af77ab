import { useTranslationRef } from '@backstage/frontend-plugin-api';
import Link from '@material-ui/core/Link';
import { makeStyles } from '@material-ui/core/styles';
import Table from '@material-ui/core/Table';
import TableBody from '@material-ui/core/TableBody';
import TableCell from '@material-ui/core/TableCell';
import TableContainer from '@material-ui/core/TableContainer';
import TableHead from '@material-ui/core/TableHead';
import TableRow from '@material-ui/core/TableRow';
import { memo } from 'react';
import { ActionButton } from '../components/ActionButton';
import { RelativeTime } from '../components/RelativeTime';
import { HealthLabel, StageStateLabel } from '../components/StateLabels';
import { VersionChips } from '../components/VersionChips';
import { leadingArtifacts } from '../stage/stageModel';
import { kargoTranslationRef } from '../translation';
import { GraphModel, StageNodeModel } from './graphModel';
import { GraphActions } from './PipelineGraph';

const useStyles = makeStyles(theme => ({
  container: {
    border: `1px solid ${theme.palette.divider}`,
    borderRadius: 8,
    backgroundColor: theme.palette.background.paper,
  },
  cell: {
    padding: theme.spacing(1, 1.5),
    verticalAlign: 'middle',
    whiteSpace: 'nowrap',
    overflowWrap: 'normal',
    [theme.breakpoints.down('xs')]: {
      padding: theme.spacing(1),
      whiteSpace: 'normal',
      overflowWrap: 'anywhere',
    },
  },
  // What a narrow screen leaves out is one tap away, in the Stage's details.
  wide: { [theme.breakpoints.down('xs')]: { display: 'none' } },
  stateBelow: {
    fontWeight: 'normal',
    [theme.breakpoints.up('sm')]: { display: 'none' },
  },
  runs: {
    display: 'flex',
    flexDirection: 'column',
    gap: 2,
    minWidth: 140,
    [theme.breakpoints.down('xs')]: { minWidth: 96 },
  },
  label: { fontWeight: 600 },
  dimmed: { opacity: 0.4 },
  name: { fontWeight: 600, fontSize: '0.875rem', textAlign: 'left' },
}));

const StageRow = memo(StageRowContent);

/** The Stages of a pipeline as a table: the same as the graph, for every reader. */
export function StageTable(props: {
  model: GraphModel;
  actions: GraphActions;
}) {
  const classes = useStyles();
  const { t } = useTranslationRef(kargoTranslationRef);
  const stages = props.model.nodes.filter(
    (node): node is StageNodeModel => node.kind === 'stage',
  );
  const wide = `${classes.cell} ${classes.wide}`;
  return (
    <TableContainer className={classes.container}>
      <Table size="small" aria-label={t('overview.caption')}>
        <TableHead>
          <TableRow>
            <TableCell className={classes.cell}>{t('table.stage')}</TableCell>
            <TableCell className={wide}>{t('table.state')}</TableCell>
            <TableCell className={classes.cell}>{t('table.runs')}</TableCell>
            <TableCell className={wide}>{t('table.since')}</TableCell>
            <TableCell className={wide}>{t('table.health')}</TableCell>
            <TableCell
              className={classes.cell}
              aria-label={t('table.actions')}
            />
          </TableRow>
        </TableHead>
        <TableBody>
          {stages.map(stage => (
            <StageRow key={stage.id} model={stage} actions={props.actions} />
          ))}
        </TableBody>
      </Table>
    </TableContainer>
  );
}

function StageRowContent(props: {
  model: StageNodeModel;
  actions: GraphActions;
}) {
  const classes = useStyles();
  const { t } = useTranslationRef(kargoTranslationRef);
  const { model, actions } = props;
  const { view, name } = model;
  const since = view?.holds[0]?.since;
  const wide = `${classes.cell} ${classes.wide}`;
  return (
    <TableRow hover className={model.isDimmed ? classes.dimmed : undefined}>
      <TableCell className={classes.cell} component="th" scope="row">
        <Link
          component="button"
          className={classes.name}
          onClick={() => actions.onOpenStage(name)}
        >
          {name}
        </Link>
        {view && (
          <div className={classes.stateBelow}>
            <StageStateLabel state={view.state} />
          </div>
        )}
      </TableCell>
      <TableCell className={wide}>
        {view && <StageStateLabel state={view.state} />}
      </TableCell>
      <TableCell className={classes.cell}>
        {view && view.holds.length > 0 && (
          <span className={classes.runs}>
            <span className={classes.label}>
              {view.holds.map(held => held.label).join(' + ')}
            </span>
            <VersionChips artifacts={leadingArtifacts(view.holds)} max={3} />
          </span>
        )}
      </TableCell>
      <TableCell className={wide}>
        {since && <RelativeTime time={since} />}
      </TableCell>
      <TableCell className={wide}>
        {view?.health && (
          <HealthLabel health={view.health} issues={view.healthIssues} />
        )}
      </TableCell>
      <TableCell className={classes.cell} align="right">
        {view && view.state !== 'passThrough' && (
          <ActionButton
            onClick={() => actions.onPromote(name)}
            label={t('promote.actionTo', { stage: name })}
            {...(!model.mayPromote && {
              refusal:
                model.refusal ?? t('promote.notAllowed', { stage: name }),
            })}
          >
            {t('promote.action')}
          </ActionButton>
        )}
      </TableCell>
    </TableRow>
  );
}
