import { CopyTextButton } from '@backstage/core-components';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { makeStyles } from '@material-ui/core/styles';
import Typography from '@material-ui/core/Typography';
import Alert from '@material-ui/lab/Alert';
import AlertTitle from '@material-ui/lab/AlertTitle';
import Skeleton from '@material-ui/lab/Skeleton';
import { ReactNode } from 'react';
import { kargoTranslationRef } from '../translation';
import { ActionButton } from './ActionButton';
import { scroller } from './scroller';
import { unseen } from './unseen';
import { useReducedMotion } from './useReducedMotion';

const useStyles = makeStyles(theme => ({
  empty: {
    padding: theme.spacing(4, 2),
    // As wide as there is room for, and not as its longest line.
    boxSizing: 'border-box',
    width: '100%',
    maxWidth: 680,
    margin: '0 auto',
    display: 'flex',
    flexDirection: 'column',
    gap: theme.spacing(1.5),
  },
  code: { position: 'relative' },
  yaml: {
    margin: 0,
    padding: theme.spacing(1.5, 2),
    overflowX: 'auto',
    borderRadius: 8,
    border: `1px solid ${theme.palette.divider}`,
    backgroundColor: theme.palette.background.paper,
    fontFamily: 'monospace',
    fontSize: '0.8125rem',
    lineHeight: 1.5,
  },
  copy: { position: 'absolute', top: 4, right: 4 },
  rows: {
    display: 'flex',
    flexDirection: 'column',
    gap: theme.spacing(1.5),
    padding: theme.spacing(2, 0),
  },
  strip: { display: 'flex', gap: theme.spacing(1.5), overflow: 'hidden' },
  unseen,
}));

/** Says that there is nothing, and what to do about it. */
export function EmptyView(props: {
  title: string;
  text: string;
  yaml?: string;
  action?: ReactNode;
  /** Whether it takes the place of something that somebody was looking at. */
  isNews?: boolean;
}) {
  const classes = useStyles();
  const { t } = useTranslationRef(kargoTranslationRef);
  return (
    <div className={classes.empty}>
      <div {...(props.isNews && { role: 'alert' })}>
        <Typography variant="h5" component="h2" gutterBottom>
          {props.title}
        </Typography>
        <Typography>{props.text}</Typography>
      </div>
      {props.yaml && (
        <div className={classes.code}>
          <pre className={classes.yaml} {...scroller(props.title)}>
            {props.yaml}
          </pre>
          <span className={classes.copy}>
            <CopyTextButton text={props.yaml} aria-label={t('common.copy')} />
          </span>
        </div>
      )}
      {props.action && <div>{props.action}</div>}
    </div>
  );
}

/** Says that loading failed, why, and lets the person try again. */
export function ErrorView(props: {
  error: Error;
  onRetry: () => void;
  title?: string;
}) {
  const { t } = useTranslationRef(kargoTranslationRef);
  return (
    <Alert
      severity="error"
      action={
        <ActionButton onClick={props.onRetry} tone="inherit">
          {t('common.retry')}
        </ActionButton>
      }
    >
      <AlertTitle>{props.title ?? t('states.errorTitle')}</AlertTitle>
      {props.error.message}
    </Alert>
  );
}

/** Rows in the place of a list that is on its way. */
export function SkeletonRows(props: { rows: number; height?: number }) {
  const classes = useStyles();
  const animation = useReducedMotion() ? false : 'wave';
  return (
    <div className={classes.rows}>
      <LoadingText />
      {Array.from({ length: props.rows }, (_, index) => (
        <Skeleton
          key={index}
          variant="rect"
          height={props.height ?? 28}
          animation={animation}
        />
      ))}
    </div>
  );
}

/** The shape of a pipeline that is on its way. */
export function SkeletonPipeline() {
  const classes = useStyles();
  const animation = useReducedMotion() ? false : 'wave';
  return (
    <div className={classes.rows}>
      <LoadingText />
      <div className={classes.strip}>
        {Array.from({ length: 6 }, (_, index) => (
          <Skeleton
            key={index}
            variant="rect"
            width={184}
            height={104}
            animation={animation}
          />
        ))}
      </div>
      <Skeleton variant="rect" height={320} animation={animation} />
    </div>
  );
}

function LoadingText() {
  const classes = useStyles();
  const { t } = useTranslationRef(kargoTranslationRef);
  return (
    <span role="status" className={classes.unseen}>
      {t('common.loading')}
    </span>
  );
}
