import { useTranslationRef } from '@backstage/frontend-plugin-api';
import Link from '@material-ui/core/Link';
import { makeStyles } from '@material-ui/core/styles';
import Table from '@material-ui/core/Table';
import TableBody from '@material-ui/core/TableBody';
import TableCell from '@material-ui/core/TableCell';
import TableContainer from '@material-ui/core/TableContainer';
import TableHead from '@material-ui/core/TableHead';
import TableRow from '@material-ui/core/TableRow';
import TableSortLabel from '@material-ui/core/TableSortLabel';
import { Fragment, memo, useMemo, useRef } from 'react';
import { MiddleCut } from '../components/MiddleCut';
import { RelativeTime } from '../components/RelativeTime';
import { RowHeader } from '../components/RowHeader';
import {
  NewerText,
  PullRequestLink,
  StageDot,
  StepWaitText,
  WaitingText,
} from '../components/StageMarks';
import {
  HealthLabel,
  HoldLabel,
  NotHereLabel,
  StageStateLabel,
} from '../components/StateLabels';
import { unseen } from '../components/unseen';
import { useVisibleRows } from '../components/useVisibleRows';
import { VersionChips } from '../components/VersionChips';
import { useFreightDrop } from '../freight/freightDrag';
import { leadingArtifacts, StageView } from '../stage/stageModel';
import { kargoTranslationRef } from '../translation';
import { isDrawnAlike, StageNodeModel } from './graphModel';
import { GraphActions } from './nodes/graphNodes';
import { PromoteButton } from './PromoteButton';
import { StageOrder } from './stageFilter';

const ROW_HEIGHT = 56;
const COMPACT_ROW_HEIGHT = 28;

const useStyles = makeStyles(theme => ({
  container: {
    // What is there for those who hear the page would stand outside of what scrolls.
    position: 'relative',
    border: `1px solid ${theme.palette.divider}`,
    borderRadius: 8,
    backgroundColor: theme.palette.background.paper,
    // What the keyboard comes to is not below the last column.
    scrollPaddingRight: theme.spacing(16),
  },
  cell: {
    padding: theme.spacing(1, 1.5),
    verticalAlign: 'middle',
    whiteSpace: 'nowrap',
    overflowWrap: 'normal',
    [theme.breakpoints.down('xs')]: {
      padding: theme.spacing(1, 0.75),
      whiteSpace: 'normal',
      overflowWrap: 'anywhere',
      // What a column is called breaks at no letter.
      'thead &': { overflowWrap: 'normal', wordBreak: 'normal' },
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
    [theme.breakpoints.down('xs')]: { minWidth: 80, maxWidth: '32vw' },
  },
  label: { fontWeight: 600 },
  newer: {
    color: theme.palette.text.secondary,
    fontSize: '0.8125rem',
    // Room for what hangs below the line.
    lineHeight: 1.3,
    // An error of a page has its place in the details.
    display: '-webkit-box',
    WebkitBoxOrient: 'vertical',
    WebkitLineClamp: 2,
    overflow: 'hidden',
  },
  states: { display: 'inline-flex', flexDirection: 'column', minWidth: 0 },
  named: { display: 'flex', alignItems: 'center', gap: theme.spacing(0.75) },
  // Scrolls by itself, so that only what can be seen is drawn.
  tall: { maxHeight: 'max(420px, calc(100vh - 220px))' },
  unseen,
  name: {
    fontWeight: 600,
    fontSize: '0.875rem',
    textAlign: 'left',
    maxWidth: 'min(320px, 34vw)',
  },
  action: {},
  row: { backgroundColor: theme.palette.background.paper },
  // In sight, also where the other columns are wider than the window.
  actionCell: {
    position: 'sticky',
    right: 0,
    zIndex: 1,
    backgroundColor: 'inherit',
    // The colour of such a row lets through what lies below.
    'tr:hover > &, .Mui-selected > &': {
      backgroundColor: theme.palette.background.paper,
    },
  },
  // Takes the room that the others leave.
  runsCell: {
    width: '100%',
    minWidth: 220,
    whiteSpace: 'normal',
    overflowWrap: 'anywhere',
    [theme.breakpoints.down('xs')]: { width: 'auto', minWidth: 0 },
  },
  compact: {
    '& td, & th': {
      height: COMPACT_ROW_HEIGHT,
      padding: theme.spacing(0, 1.5),
    },
    // The least that a pointer needs.
    '& $name, & $action': { minHeight: 24, paddingTop: 0, paddingBottom: 0 },
    // Cuts what does not fit.
    '& $runsCell': { maxWidth: 0, whiteSpace: 'nowrap' },
    '& $states, & $runs': {
      flexDirection: 'row',
      alignItems: 'center',
      gap: theme.spacing(1),
    },
    '& $runs': {
      overflow: 'hidden',
      '& ul': { flexShrink: 0, flexWrap: 'nowrap' },
    },
    '& $label': { flexShrink: 0 },
    '& $newer': { display: 'block', textOverflow: 'ellipsis' },
  },
}));

interface StageRowProps {
  model: StageNodeModel;
  rowIndex: number;
  actions: GraphActions;
}

/** Each change makes all models anew, most of them as they were. */
const StageRow = memo(
  StageRowContent,
  (one, other) =>
    isDrawnAlike(one.model, other.model) &&
    one.rowIndex === other.rowIndex &&
    one.actions === other.actions,
);

/** The Stages of a pipeline as a table: the same as the graph, for every reader. */
export function StageTable(props: {
  stages: StageNodeModel[];
  /** Whether each has one line, half as high. */
  isCompact: boolean;
  order: StageOrder;
  onOrder: (order: StageOrder) => void;
  actions: GraphActions;
}) {
  const classes = useStyles();
  const { t } = useTranslationRef(kargoTranslationRef);
  const { stages, isCompact, actions } = props;
  const container = useRef<HTMLDivElement>(null);
  const ids = useMemo(() => stages.map(({ id }) => id), [stages]);
  const visible = useVisibleRows(
    ids,
    () => container.current,
    isCompact ? COMPACT_ROW_HEIGHT : ROW_HEIGHT,
  );
  return (
    <TableContainer
      ref={container}
      className={`${classes.container} ${
        visible.isPartial ? classes.tall : ''
      }`}
    >
      <Table
        className={isCompact ? classes.compact : undefined}
        size="small"
        stickyHeader={visible.isPartial}
        aria-label={t('overview.caption')}
        aria-rowcount={stages.length + 1}
      >
        <StageTableHead {...props} />
        <TableBody onFocus={visible.onFocus}>
          {visible.rows.map(({ index, before }) => (
            <Fragment key={ids[index]}>
              <Gap height={before} />
              <StageRow
                model={stages[index]}
                // Counts from 1, and the first is the head.
                rowIndex={index + 2}
                actions={actions}
              />
            </Fragment>
          ))}
          <Gap height={visible.after} />
        </TableBody>
      </Table>
    </TableContainer>
  );
}

/** Stands for rows that are not drawn. */
function Gap(props: { height: number }) {
  return props.height > 0 ? (
    <tr aria-hidden style={{ height: props.height }} />
  ) : null;
}

const COLUMNS = [
  { key: 'stage', order: 'name', direction: 'asc', isWide: false },
  { key: 'state', order: 'state', direction: 'asc', isWide: true },
  { key: 'runs', order: undefined, direction: 'asc', isWide: false },
  // The latest first.
  { key: 'since', order: 'since', direction: 'desc', isWide: true },
  { key: 'health', order: undefined, direction: 'asc', isWide: true },
] as const;

function StageTableHead(props: {
  order: StageOrder;
  onOrder: (order: StageOrder) => void;
}) {
  const classes = useStyles();
  const { t } = useTranslationRef(kargoTranslationRef);
  return (
    <TableHead>
      <TableRow>
        {COLUMNS.map(({ key, order, direction, isWide }) => (
          <TableCell
            key={key}
            className={`${classes.cell} ${isWide ? classes.wide : ''}`}
            sortDirection={order === props.order && direction}
          >
            {order ? (
              <TableSortLabel
                active={order === props.order}
                direction={direction}
                // A second click gives back the order in which Freight flows.
                onClick={() =>
                  props.onOrder(order === props.order ? 'flow' : order)
                }
              >
                {t(`table.${key}`)}
              </TableSortLabel>
            ) : (
              t(`table.${key}`)
            )}
          </TableCell>
        ))}
        <TableCell className={classes.cell}>
          <span className={classes.unseen}>{t('table.actions')}</span>
        </TableCell>
      </TableRow>
    </TableHead>
  );
}

function StageRowContent(props: StageRowProps) {
  const classes = useStyles();
  const { model, actions } = props;
  const { view, name } = model;
  const since = view?.holds[0]?.since;
  const wide = `${classes.cell} ${classes.wide}`;
  const drop = useFreightDrop(view?.origins ?? [], freight =>
    actions.onDropFreight(name, freight),
  );
  return (
    <TableRow
      hover
      className={classes.row}
      selected={drop.isOver}
      data-row={model.id}
      aria-rowindex={props.rowIndex}
      {...drop.handlers}
    >
      <RowHeader className={classes.cell}>
        <span className={classes.named}>
          <StageDot color={view?.color} />
          <Link
            component="button"
            className={classes.name}
            onClick={() => actions.onOpenStage(name)}
            aria-label={name}
          >
            <MiddleCut text={name} />
          </Link>
        </span>
        <div className={classes.stateBelow}>
          <StageStates model={model} />
        </div>
      </RowHeader>
      <TableCell className={wide}>
        <StageStates model={model} />
      </TableCell>
      <TableCell className={`${classes.cell} ${classes.runsCell}`}>
        {view && <StageRuns view={view} />}
      </TableCell>
      <TableCell className={wide}>
        {since && <RelativeTime time={since} />}
      </TableCell>
      <TableCell className={wide}>
        {view?.health && (
          <HealthLabel health={view.health} issues={view.healthIssues} />
        )}
      </TableCell>
      <TableCell
        className={`${classes.cell} ${classes.actionCell}`}
        align="right"
      >
        <PromoteButton
          model={model}
          className={classes.action}
          onPromote={actions.onPromote}
        />
      </TableCell>
    </TableRow>
  );
}

function StageStates(props: { model: StageNodeModel }) {
  const classes = useStyles();
  const { view, name } = props.model;
  if (!view) {
    return <NotHereLabel kind="Stage" name={name} />;
  }
  return (
    <span className={classes.states}>
      <StageStateLabel state={view.state} verification={view.verification} />
      {view.automation === 'held' && <HoldLabel />}
      <PullRequestLink pullRequest={view.wait?.pullRequest} />
    </span>
  );
}

function StageRuns(props: { view: StageView }) {
  const classes = useStyles();
  const { holds, newer, wait, waitsFor } = props.view;
  return (
    <span className={classes.runs}>
      {holds.length > 0 && (
        <>
          <span className={classes.label}>
            {holds.map(held => held.label).join(' + ')}
          </span>
          <VersionChips artifacts={leadingArtifacts(holds)} max={3} />
        </>
      )}
      <NewerText newer={newer} className={classes.newer} />
      <StepWaitText wait={wait} className={classes.newer} />
      <WaitingText reason={waitsFor} className={classes.newer} />
    </span>
  );
}
