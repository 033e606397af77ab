import { makeStyles } from '@material-ui/core/styles';
import ErrorIcon from '@material-ui/icons/ErrorOutline';

const useStyles = makeStyles(theme => ({
  root: {
    display: 'inline-flex',
    alignItems: 'flex-start',
    gap: theme.spacing(0.5),
    maxWidth: 420,
    fontSize: '0.8125rem',
    fontWeight: 400,
    lineHeight: 1.4,
    color: theme.palette.text.primary,
    overflowWrap: 'anywhere',
  },
  icon: {
    flex: 'none',
    fontSize: '1.1rem',
    color: theme.palette.status?.error ?? theme.palette.error.main,
  },
}));

/** What came of a click that failed. */
export function FailureText(props: { message: string }) {
  const classes = useStyles();
  return (
    <span className={classes.root} role="alert">
      <ErrorIcon className={classes.icon} aria-hidden />
      {props.message}
    </span>
  );
}
