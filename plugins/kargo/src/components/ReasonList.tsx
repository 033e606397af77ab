import { makeStyles } from '@material-ui/core/styles';
import DoneIcon from '@material-ui/icons/CheckCircleOutline';
import ErrorIcon from '@material-ui/icons/ErrorOutline';
import InfoIcon from '@material-ui/icons/InfoOutlined';
import { ReasonTone } from 'backstage-plugin-kargo-common';
import { ReactNode } from 'react';
import { LongText } from './LongText';

const ICONS = { problem: ErrorIcon, waiting: InfoIcon, done: DoneIcon };

const useStyles = makeStyles(theme => ({
  list: {
    display: 'flex',
    flexDirection: 'column',
    gap: theme.spacing(1),
    margin: 0,
    padding: 0,
    listStyle: 'none',
  },
  item: {
    display: 'flex',
    alignItems: 'flex-start',
    gap: theme.spacing(1),
    fontSize: '0.875rem',
    lineHeight: 1.45,
  },
  icon: { flexShrink: 0, fontSize: '1.2rem' },
  problem: { color: theme.palette.status?.error ?? theme.palette.error.main },
  waiting: { color: theme.palette.text.secondary },
  done: { color: theme.palette.status?.ok ?? theme.palette.success.main },
  text: { flex: 1, minWidth: 0, overflowWrap: 'anywhere' },
}));

/** One reason, with what can be done about it. */
export interface ReasonItem {
  text: string;
  tone: ReasonTone;
  action?: ReactNode;
}

/** Reasons as sentences, one below the other; none twice. */
export function ReasonList(props: { reasons: ReasonItem[] }) {
  const classes = useStyles();
  const byText = new Map(props.reasons.map(item => [item.text, item]));
  return (
    <ul className={classes.list}>
      {[...byText.values()].map(({ text, tone, action }) => {
        const Icon = ICONS[tone];
        return (
          <li key={text} className={classes.item}>
            <Icon className={`${classes.icon} ${classes[tone]}`} aria-hidden />
            <span className={classes.text}>
              <LongText text={text} />
            </span>
            {action}
          </li>
        );
      })}
    </ul>
  );
}
