import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { makeStyles, useTheme } from '@material-ui/core/styles';
import Typography from '@material-ui/core/Typography';
import { memo, useState } from 'react';
import { ActionButton } from '../components/ActionButton';
import { cardControl } from '../components/cardControl';
import { originColor } from '../components/originColor';
import { RelativeTime } from '../components/RelativeTime';
import { VersionChips } from '../components/VersionChips';
import { kargoTranslationRef } from '../translation';
import { freightDrag } from './freightDrag';
import { FreightView, isSameCard } from './freightModel';

const PAGE = 20;

const useStyles = makeStyles(theme => ({
  strip: {
    display: 'flex',
    gap: theme.spacing(1.25),
    margin: 0,
    padding: theme.spacing(0.5, 0.25, 1.5),
    overflowX: 'auto',
    listStyle: 'none',
    scrollbarWidth: 'thin',
  },
  item: { flex: '0 0 auto' },
  card: {
    position: 'relative',
    display: 'flex',
    flexDirection: 'column',
    gap: theme.spacing(0.5),
    boxSizing: 'border-box',
    width: 184,
    minHeight: 128,
    padding: theme.spacing(1, 1.25),
    borderTop: '4px solid transparent',
    borderRadius: 8,
    boxShadow: `inset 0 0 0 1px ${theme.palette.divider}`,
    backgroundColor: theme.palette.background.paper,
    fontSize: '0.8125rem',
    '&:hover': {
      boxShadow: `inset 0 0 0 1px ${theme.palette.divider}, ${theme.shadows[2]}`,
    },
  },
  label: { ...cardControl(theme), color: theme.palette.text.primary },
  muted: {
    color: theme.palette.text.secondary,
    fontSize: '0.75rem',
    overflow: 'hidden',
    textOverflow: 'ellipsis',
    whiteSpace: 'nowrap',
  },
  where: { marginTop: 'auto' },
  more: { alignSelf: 'center', flex: '0 0 auto' },
}));

interface FreightCardProps {
  view: FreightView;
  originIndex: number;
  showsOrigin: boolean;
  onOpen: (name: string) => void;
}

/** Each change makes all views anew, most of them as they were. */
const FreightCard = memo(
  FreightCardContent,
  (one, other) =>
    isSameCard(one.view, other.view) &&
    one.originIndex === other.originIndex &&
    one.showsOrigin === other.showsOrigin &&
    one.onOpen === other.onOpen,
);

/** Freight from newest to oldest. */
export function FreightTimeline(props: {
  views: FreightView[];
  /** Names of all Warehouses; positions choose colours. */
  origins: string[];
  onOpen: (name: string) => void;
}) {
  const classes = useStyles();
  const { t } = useTranslationRef(kargoTranslationRef);
  const [shown, setShown] = useState(PAGE);
  const rest = props.views.length - shown;
  if (props.views.length === 0) {
    return (
      <Typography variant="body2" paragraph>
        {t('states.emptyFreightText')}
      </Typography>
    );
  }
  return (
    <ul className={classes.strip} aria-label={t('freight.timeline')}>
      {props.views.slice(0, shown).map(view => (
        <li key={view.name} className={classes.item}>
          <FreightCard
            view={view}
            originIndex={props.origins.indexOf(view.origin)}
            showsOrigin={props.origins.length > 1}
            onOpen={props.onOpen}
          />
        </li>
      ))}
      {rest > 0 && (
        <li className={classes.more}>
          <ActionButton onClick={() => setShown(shown + PAGE)}>
            {t('common.showMore', { number: String(Math.min(PAGE, rest)) })}
          </ActionButton>
        </li>
      )}
    </ul>
  );
}

function FreightCardContent(props: FreightCardProps) {
  const classes = useStyles();
  const theme = useTheme();
  const { t } = useTranslationRef(kargoTranslationRef);
  const { view } = props;
  const where =
    view.runsIn.length > 0
      ? t('freight.inUse', { stages: view.runsIn.join(', ') })
      : t('freight.unused');
  const clearance = clearanceText(t, view);
  return (
    <div
      className={classes.card}
      style={{ borderTopColor: originColor(theme, props.originIndex) }}
      {...freightDrag(view.name, view.origin)}
    >
      <button
        type="button"
        className={classes.label}
        onClick={() => props.onOpen(view.name)}
        title={view.label}
      >
        {view.label}
      </button>
      <VersionChips artifacts={view.artifacts} max={2} />
      <div className={classes.muted}>
        <RelativeTime time={view.foundAt} />
        {props.showsOrigin && ` · ${view.origin}`}
      </div>
      <div className={`${classes.muted} ${classes.where}`} title={where}>
        {where}
      </div>
      {clearance && (
        <div className={classes.muted} title={clearance}>
          {clearance}
        </div>
      )}
    </div>
  );
}

/** What the Freight has passed: an approval is rarer, and therefore said first. */
function clearanceText(
  t: ReturnType<
    typeof useTranslationRef<(typeof kargoTranslationRef)['T']>
  >['t'],
  view: FreightView,
): string {
  const { approvedFor, verifiedIn } = view;
  return [
    approvedFor.length > 0 &&
      t('freight.approvedFor', { stages: approvedFor.join(', ') }),
    verifiedIn.length > 0 &&
      t('freight.verifiedIn', { stages: verifiedIn.join(', ') }),
  ]
    .filter(Boolean)
    .join(' · ');
}
