import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { makeStyles } from '@material-ui/core/styles';
import Typography from '@material-ui/core/Typography';
import {
  EVENT_ANNOTATION_PREFIX,
  Freight,
  KargoEvent,
} from 'backstage-plugin-kargo-common';
import Link from '@material-ui/core/Link';
import { Link as RouterLink } from 'react-router-dom';
import { LongText } from '../components/LongText';
import { DatedTime } from '../components/RelativeTime';
import { freightTitle } from '../freight/freightModel';
import { kargoTranslationRef } from '../translation';
import { eventText } from './eventText';
import { eventTime } from './useActivity';

const useStyles = makeStyles(theme => ({
  list: { margin: 0, padding: 0, listStyle: 'none', fontSize: '0.875rem' },
  item: {
    display: 'flex',
    flexWrap: 'wrap',
    justifyContent: 'space-between',
    gap: theme.spacing(0.25, 2),
    padding: theme.spacing(0.75, 0),
    borderBottom: `1px solid ${theme.palette.divider}`,
  },
  text: { flex: '1 1 280px', minWidth: 0, overflowWrap: 'anywhere' },
  muted: { color: theme.palette.text.secondary, overflowWrap: 'anywhere' },
}));

/** What happened, in the engine's sentences, which name who did it. */
export function EventList(props: {
  events: KargoEvent[];
  /** Whether all are of one object, whose name stands above. */
  isOfOne?: boolean;
  /** The Freight of the project, as far as it is known: people call it by its alias. */
  freight?: ReadonlyMap<string, Freight>;
}) {
  const classes = useStyles();
  const { t } = useTranslationRef(kargoTranslationRef);
  const { events } = props;
  if (events.length === 0) {
    return (
      <Typography variant="body2" color="textSecondary">
        {t('activity.noEvents')}
      </Typography>
    );
  }
  return (
    <ul className={classes.list}>
      {events.map(event => (
        <li key={event.metadata.name} className={classes.item}>
          <span className={classes.text}>
            <LongText text={eventText(event)} />
          </span>
          {!props.isOfOne && (
            <span className={classes.muted}>
              <InvolvedObject event={event} freight={props.freight} />
            </span>
          )}
          <span className={classes.muted}>
            <DatedTime time={eventTime(event)} />
          </span>
        </li>
      ))}
    </ul>
  );
}

/** What an event is about, leading to where that is shown. */
function InvolvedObject(props: {
  event: KargoEvent;
  freight: ReadonlyMap<string, Freight> | undefined;
}) {
  const { t } = useTranslationRef(kargoTranslationRef);
  const { event, freight } = props;
  const { kind, name } = event.involvedObject;
  const to = pathTo(kind, name);
  const told = (key: string) =>
    event.metadata.annotations?.[EVENT_ANNOTATION_PREFIX + key];
  const found = freight?.get(
    (kind === 'Freight' ? name : told('freight-name')) ?? '',
  );
  const title = found ? freightTitle(found) : told('freight-alias');
  const stage = told('stage-name');
  const text =
    kind === 'Promotion' && title && stage
      ? t('promotion.of', { freight: title, stage })
      : (kind === 'Freight' && title) || name;
  return (
    <>
      {kind}{' '}
      {to ? (
        <Link component={RouterLink} to={to} relative="path">
          {text}
        </Link>
      ) : (
        text
      )}
    </>
  );
}

/** Where something is shown, as seen from the pages of its project. */
function pathTo(kind: string, name: string): string | undefined {
  switch (kind) {
    case 'Promotion':
      return `../promotions/${encodeURIComponent(name)}`;
    case 'Freight':
    case 'Stage':
    case 'Warehouse':
      return `..?${new URLSearchParams({
        [kind.toLocaleLowerCase('en-US')]: name,
      })}`;
    default:
      return undefined;
  }
}
