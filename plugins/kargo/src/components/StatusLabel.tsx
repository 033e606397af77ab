import { makeStyles } from '@material-ui/core/styles';
import CancelIcon from '@material-ui/icons/Block';
import OkIcon from '@material-ui/icons/CheckCircle';
import ErrorIcon from '@material-ui/icons/Error';
import NeutralIcon from '@material-ui/icons/RadioButtonUnchecked';
import PendingIcon from '@material-ui/icons/Schedule';
import RunningIcon from '@material-ui/icons/Sync';
import WarningIcon from '@material-ui/icons/Warning';
import { ReactNode } from 'react';

/** What a state means to the reader. */
export type Tone =
  | 'ok'
  | 'warning'
  | 'error'
  | 'running'
  | 'pending'
  | 'stopped'
  | 'neutral';

const ICONS = {
  ok: OkIcon,
  warning: WarningIcon,
  error: ErrorIcon,
  running: RunningIcon,
  pending: PendingIcon,
  stopped: CancelIcon,
  neutral: NeutralIcon,
};

const useStyles = makeStyles(theme => ({
  root: {
    display: 'inline-flex',
    alignItems: 'center',
    gap: theme.spacing(0.5),
    minWidth: 0,
    maxWidth: '100%',
    color: theme.palette.text.primary,
    lineHeight: 1.4,
  },
  icon: { fontSize: '1.15em', flexShrink: 0 },
  text: {
    overflow: 'hidden',
    textOverflow: 'ellipsis',
    whiteSpace: 'nowrap',
  },
  ok: { color: theme.palette.status?.ok ?? theme.palette.success.main },
  warning: {
    color: theme.palette.status?.warning ?? theme.palette.warning.main,
  },
  error: { color: theme.palette.status?.error ?? theme.palette.error.main },
  running: {
    color: theme.palette.status?.running ?? theme.palette.info.main,
    animation: '$turn 2s linear infinite',
    '@media (prefers-reduced-motion: reduce)': { animation: 'none' },
  },
  pending: { color: theme.palette.text.secondary },
  stopped: { color: theme.palette.text.secondary },
  neutral: { color: theme.palette.text.secondary },
  '@keyframes turn': {
    from: { transform: 'rotate(0deg)' },
    to: { transform: 'rotate(-360deg)' },
  },
}));

/** A state as icon and words; the colour is never alone. */
export function StatusLabel(props: {
  tone: Tone;
  children: ReactNode;
  title?: string;
  className?: string;
}) {
  const classes = useStyles();
  const Icon = ICONS[props.tone];
  return (
    <span
      className={`${classes.root} ${props.className ?? ''}`}
      title={props.title}
    >
      <Icon className={`${classes.icon} ${classes[props.tone]}`} aria-hidden />
      <span className={classes.text}>{props.children}</span>
    </span>
  );
}
