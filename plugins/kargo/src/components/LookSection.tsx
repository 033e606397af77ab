import { makeStyles } from '@material-ui/core/styles';
import Typography from '@material-ui/core/Typography';
import Alert from '@material-ui/lab/Alert';
import { ReactNode } from 'react';
import { ActionButton } from './ActionButton';

const useStyles = makeStyles(theme => ({
  root: {
    display: 'flex',
    flexDirection: 'column',
    alignItems: 'stretch',
    gap: theme.spacing(1),
    fontSize: '0.875rem',
  },
  head: {
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    justifyContent: 'space-between',
    gap: theme.spacing(1),
  },
  title: { fontSize: '0.875rem', fontWeight: 600 },
  status: { color: theme.palette.text.secondary, fontSize: '0.8125rem' },
}));

/** What people may look at before anything happens, when they ask for it: it takes a moment. */
export function LookSection(props: {
  className?: string;
  title: string;
  /** What the button says. */
  action: string;
  onLook: () => void;
  /** Why it cannot be looked at yet. */
  refusal?: string | undefined;
  isRunning: boolean;
  /** What it is about, that it runs, or what came of it, in a sentence. */
  status: ReactNode;
  /** Why nothing came of it. */
  failure?: string | undefined;
  /** What came of it. */
  children?: ReactNode;
}) {
  const classes = useStyles();
  const { refusal, isRunning, failure } = props;
  return (
    <section className={`${classes.root} ${props.className ?? ''}`}>
      <div className={classes.head}>
        <Typography className={classes.title} component="h3">
          {props.title}
        </Typography>
        <ActionButton
          onClick={props.onLook}
          variant="outlined"
          isPending={isRunning}
          {...(refusal !== undefined && { refusal })}
        >
          {props.action}
        </ActionButton>
      </div>
      <div className={classes.status} role="status">
        {props.status}
      </div>
      {failure !== undefined && !isRunning && (
        <Alert severity="error">{failure}</Alert>
      )}
      {!isRunning && props.children}
    </section>
  );
}
