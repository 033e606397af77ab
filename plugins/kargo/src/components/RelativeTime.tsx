import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { makeStyles } from '@material-ui/core/styles';
import { DateTime, Duration } from 'luxon';
import { memo } from 'react';
import { kargoTranslationRef } from '../translation';
import { useLocale } from './useLocale';
import { useNow } from './useNow';

const useStyles = makeStyles({
  // In the colour around it: it stands on the page itself, too, where a paler one is hard to read.
  date: { fontSize: '0.8125rem' },
});

/** How long ago something was, with the full time on hover: where it is shown alone, by {@link DatedTime}. */
export const RelativeTime = memo(RelativeTimeContent);

function RelativeTimeContent(props: { time: string }) {
  const { t } = useTranslationRef(kargoTranslationRef);
  const now = useNow(30_000);
  const locale = useLocale();
  const time = DateTime.fromISO(props.time, { locale });
  return (
    <time
      dateTime={props.time}
      title={time.toLocaleString(DateTime.DATETIME_FULL_WITH_SECONDS)}
    >
      {/* Beside a version, “now” would read like a state. */}
      {isNow(time, now)
        ? t('common.justNow')
        : formatRelative(props.time, now, locale)}
    </time>
  );
}

/** How long ago something was, and when that was, where there is room for both. */
export function DatedTime(props: { time: string }) {
  const classes = useStyles();
  const locale = useLocale();
  return (
    <>
      <RelativeTime time={props.time} />{' '}
      <span className={classes.date}>
        (
        {DateTime.fromISO(props.time, { locale }).toLocaleString(
          DateTime.DATETIME_MED_WITH_SECONDS,
        )}
        )
      </span>
    </>
  );
}

const A_MOMENT_MS = 30_000;

/**
 * `5 minutes ago`, `in 2 hours`, `now`. Less than half a minute is now, because the text is
 * renewed no more often, and because a clock that runs a little ahead must not date the past
 * into the future.
 *
 * @param locale - the browser's own unless told
 */
export function formatRelative(
  time: string,
  nowMs: number,
  locale?: string,
): string {
  const base = DateTime.fromMillis(nowMs);
  const at = DateTime.fromISO(time, { locale });
  if (isNow(at, nowMs)) {
    return new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }).format(
      0,
      'second',
    );
  }
  return at.toRelative({ base }) ?? time;
}

function isNow(time: DateTime, nowMs: number): boolean {
  return Math.abs(time.toMillis() - nowMs) < A_MOMENT_MS;
}

/**
 * `1 h 5 min`, `40 s`, `<1 s`: the two largest units of a length of time.
 *
 * @param locale - the browser's own unless told
 */
export function formatElapsed(milliseconds: number, locale?: string): string {
  const seconds = Math.floor(milliseconds / 1_000);
  if (seconds === 0) {
    return `<${formatElapsed(1_000, locale)}`;
  }
  const parts = {
    days: Math.floor(seconds / 86_400),
    hours: Math.floor((seconds % 86_400) / 3_600),
    minutes: Math.floor((seconds % 3_600) / 60),
    seconds: seconds % 60,
  };
  const units = Object.entries(parts);
  const first = units.findIndex(([, amount]) => amount > 0);
  const shown = units
    .slice(first, first + 2)
    .filter(([, amount], index) => index === 0 || amount > 0);
  return Duration.fromObject(Object.fromEntries(shown), { locale }).toHuman({
    unitDisplay: 'short',
    listStyle: 'narrow',
  });
}
