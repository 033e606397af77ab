import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { makeStyles } from '@material-ui/core/styles';
import Typography from '@material-ui/core/Typography';
import { KargoEvent } from 'backstage-plugin-kargo-common';
import { NamedText } from '../components/NamedText';
import { RelativeTime } from '../components/RelativeTime';
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
  muted: { color: theme.palette.text.secondary },
}));

/** What happened, in the engine's sentences, which name who did it. */
export function EventList(props: {
  events: KargoEvent[];
  /** Whether all are of one object, whose name stands above. */
  isOfOne?: boolean;
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
            <NamedText text={eventText(event)} />
          </span>
          {!props.isOfOne && (
            <span className={classes.muted}>
              {event.involvedObject.kind} {event.involvedObject.name}
            </span>
          )}
          <span className={classes.muted}>
            <RelativeTime time={eventTime(event)} />
          </span>
        </li>
      ))}
    </ul>
  );
}
