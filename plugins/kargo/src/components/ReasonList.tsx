import { makeStyles } from '@material-ui/core/styles';
import InfoIcon from '@material-ui/icons/InfoOutlined';
import ErrorIcon from '@material-ui/icons/ErrorOutline';
import { ReactNode } from 'react';

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
  icon: {
    flexShrink: 0,
    fontSize: '1.2rem',
    color: theme.palette.text.secondary,
  },
  problem: { color: theme.palette.status?.error ?? theme.palette.error.main },
  text: { flex: 1, minWidth: 0, overflowWrap: 'anywhere' },
}));

/** One reason, with what can be done about it. */
export interface ReasonItem {
  text: string;
  isProblem: boolean;
  action?: ReactNode;
}

/** Reasons as sentences, one below the other. */
export function ReasonList(props: { reasons: ReasonItem[] }) {
  const classes = useStyles();
  return (
    <ul className={classes.list}>
      {props.reasons.map(({ text, isProblem, action }) => {
        const Icon = isProblem ? ErrorIcon : InfoIcon;
        return (
          <li key={text} className={classes.item}>
            <Icon
              className={`${classes.icon} ${isProblem ? classes.problem : ''}`}
              aria-hidden
            />
            <span className={classes.text}>{text}</span>
            {action}
          </li>
        );
      })}
    </ul>
  );
}
