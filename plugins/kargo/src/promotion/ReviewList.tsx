import { useTranslationRef } from '@backstage/frontend-plugin-api';
import Checkbox from '@material-ui/core/Checkbox';
import Link from '@material-ui/core/Link';
import { makeStyles } from '@material-ui/core/styles';
import { ProjectAccess } from 'backstage-plugin-kargo-common';
import { Fragment, useId, useMemo } from 'react';
import { StatusLabel } from '../components/StatusLabel';
import { useReasonTexts } from '../components/useReasonTexts';
import { Selection } from '../components/useSelection';
import { useVisibleRows } from '../components/useVisibleRows';
import {
  FreightByName,
  freightTitle,
  referenceTitle,
} from '../freight/freightModel';
import { kargoTranslationRef } from '../translation';
import { isEitherOr, ReviewRow } from './review';
import { PromotionOutcome } from './usePromoteSeveral';

const useStyles = makeStyles(theme => ({
  list: { margin: 0, padding: 0, listStyle: 'none', fontSize: '0.875rem' },
  row: {
    display: 'flex',
    alignItems: 'flex-start',
    gap: theme.spacing(1),
    padding: theme.spacing(1, 0),
    borderBottom: `1px solid ${theme.palette.divider}`,
    '&:last-child': { borderBottom: 0 },
  },
  box: { padding: theme.spacing(0.25) },
  text: { flex: 1, minWidth: 0, overflowWrap: 'anywhere' },
  stage: { fontWeight: 600 },
  muted: { color: theme.palette.text.secondary },
}));

/** A row with two lines. */
const ROW_HEIGHT = 58;

interface ReviewListProps {
  rows: ReviewRow[];
  /** What the list scrolls in, once that is there. */
  container: HTMLElement | null;
  access: ProjectAccess | undefined;
  /** Ids of rows. */
  chosen: ReadonlySet<string>;
  /** What became of rows, by their ids. */
  outcomes: Record<string, PromotionOutcome>;
  byName: FreightByName;
  nowMs: number;
  /** Whether the choice cannot be changed now. */
  isFixed: boolean;
  onChoose: (chosen: Set<string>) => void;
  onOpen: (selection: Selection) => void;
}

/** Stages with the Freight that each would get, to choose among. */
export function ReviewList(props: ReviewListProps) {
  const classes = useStyles();
  const { t } = useTranslationRef(kargoTranslationRef);
  const { rows, chosen } = props;
  const ids = useMemo(() => rows.map(({ id }) => id), [rows]);
  const visible = useVisibleRows(ids, () => props.container, ROW_HEIGHT);
  const toggle = (row: ReviewRow) => {
    const next = new Set(chosen);
    if (!next.delete(row.id)) {
      rows
        .filter(other => isEitherOr(row, other))
        .forEach(({ id }) => next.delete(id));
      next.add(row.id);
    }
    props.onChoose(next);
  };
  return (
    <ul
      className={classes.list}
      aria-label={t('review.list')}
      onFocus={visible.onFocus}
    >
      {visible.rows.map(({ index, before }) => (
        <Fragment key={ids[index]}>
          <Gap height={before} />
          <Row
            {...props}
            row={rows[index]}
            position={index + 1}
            onToggle={() => toggle(rows[index])}
          />
        </Fragment>
      ))}
      <Gap height={visible.after} />
    </ul>
  );
}

/** Stands for rows that are not drawn. */
function Gap(props: { height: number }) {
  return props.height > 0 ? (
    <li aria-hidden style={{ height: props.height }} />
  ) : null;
}

function Row(
  props: ReviewListProps & {
    row: ReviewRow;
    /** Counts from 1. */
    position: number;
    onToggle: () => void;
  },
) {
  const classes = useStyles();
  const { t } = useTranslationRef(kargoTranslationRef);
  const { row, chosen, outcomes, byName } = props;
  const id = useId();
  const statusId = useId();
  const outcome = outcomes[row.id];
  return (
    <li
      className={classes.row}
      data-row={row.id}
      aria-setsize={props.rows.length}
      aria-posinset={props.position}
    >
      <Checkbox
        id={id}
        className={classes.box}
        size="small"
        color="primary"
        checked={!row.stop && chosen.has(row.id)}
        disabled={props.isFixed || !!row.stop || !!outcome?.promotion}
        onChange={props.onToggle}
        inputProps={{ 'aria-describedby': statusId }}
      />
      <div className={classes.text}>
        <label htmlFor={id}>
          <span className={classes.stage}>{row.stage.metadata.name}</span>
          {': '}
          {t('promote.fromTo', {
            from: row.plan.from
              ? referenceTitle(row.plan.from, byName)
              : t('promote.nothing'),
            to: freightTitle(row.freight),
          })}
        </label>
        <div id={statusId}>
          {outcome ? (
            <Outcome outcome={outcome} onOpen={props.onOpen} />
          ) : (
            <RowStatus {...props} />
          )}
        </div>
      </div>
    </li>
  );
}

/** What stops a promotion, or what it would mean. */
function RowStatus(props: ReviewListProps & { row: ReviewRow }) {
  const classes = useStyles();
  const { t } = useTranslationRef(kargoTranslationRef);
  const { stage, freight, plan, stop } = props.row;
  const { availabilityText } = useReasonTexts(props.byName, props.nowMs);
  const name = stage.metadata.name;
  if (stop) {
    const why = {
      same: t('availability.here'),
      refused:
        props.access?.stages[name]?.promote.reason ??
        t('promote.notAllowed', { stage: name }),
      unavailable: availabilityText(stage, freight),
    };
    return (
      <StatusLabel tone={stop === 'same' ? 'ok' : 'pending'}>
        {why[stop]}
      </StatusLabel>
    );
  }
  const notes = [
    plan.direction === 'back' && t('promote.goesBack'),
    plan.skipped.length > 0 &&
      t('promote.skips', { count: plan.skipped.length }),
    plan.pausesAutomation && t('promote.pauses'),
  ].filter(Boolean);
  return plan.direction === 'back' ? (
    <StatusLabel tone="warning">{notes.join(' ')}</StatusLabel>
  ) : (
    <span className={classes.muted}>
      {notes.join(' ') || availabilityText(stage, freight)}
    </span>
  );
}

function Outcome(props: {
  outcome: PromotionOutcome;
  onOpen: (selection: Selection) => void;
}) {
  const { t } = useTranslationRef(kargoTranslationRef);
  const { promotion, error } = props.outcome;
  return promotion ? (
    <Link
      component="button"
      variant="body2"
      onClick={() => props.onOpen({ promotion })}
    >
      {t('review.started')}
    </Link>
  ) : (
    <StatusLabel tone="error">
      {t('promote.failed', { message: error?.message ?? '' })}
    </StatusLabel>
  );
}
