import { useTranslationRef } from '@backstage/frontend-plugin-api';
import Accordion from '@material-ui/core/Accordion';
import AccordionDetails from '@material-ui/core/AccordionDetails';
import AccordionSummary from '@material-ui/core/AccordionSummary';
import Link from '@material-ui/core/Link';
import { makeStyles } from '@material-ui/core/styles';
import ExpandIcon from '@material-ui/icons/ExpandMore';
import { Promotion, stepTitle } from 'backstage-plugin-kargo-common';
import { AddedComponent } from '../additions/AddedComponent';
import { useAddedStepViews } from '../additions/AddedSections';
import { formatElapsed } from '../components/RelativeTime';
import { StepStateLabel } from '../components/StateLabels';
import { StatusLabel } from '../components/StatusLabel';
import { useLocale } from '../components/useLocale';
import { useReducedMotion } from '../components/useReducedMotion';
import { kargoTranslationRef } from '../translation';
import { CodeBlock } from './CodeBlock';
import { StepConfigView } from './StepConfigView';
import { StepLog } from './StepLog';
import { stepLog } from './stepLog';
import { elapsedMs, StepLink, stepTask, StepView } from './promotionModel';

const useStyles = makeStyles(theme => ({
  step: {
    boxShadow: 'none',
    border: `1px solid ${theme.palette.divider}`,
    backgroundImage: 'none',
    '&:not(:last-child)': { borderBottom: 0 },
    '&:before': { display: 'none' },
    '&.Mui-expanded': { margin: 0 },
    // What turns and grows with it. How it opens is told to it, for that is no style.
    '@media (prefers-reduced-motion: reduce)': {
      '&, & .MuiAccordionSummary-root, & .MuiAccordionSummary-content, & .MuiAccordionSummary-expandIcon':
        { transition: 'none' },
    },
  },
  summary: {
    minHeight: 44,
    '&.Mui-expanded': { minHeight: 44 },
    '& .MuiAccordionSummary-content': {
      alignItems: 'center',
      flexWrap: 'wrap',
      columnGap: theme.spacing(1.5),
      rowGap: theme.spacing(0.25),
      minWidth: 0,
      margin: theme.spacing(1, 0),
    },
  },
  number: {
    width: 18,
    color: theme.palette.text.secondary,
    textAlign: 'right',
    fontVariantNumeric: 'tabular-nums',
  },
  titles: {
    flex: 1,
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'baseline',
    columnGap: theme.spacing(1.5),
    minWidth: 0,
  },
  alias: { fontWeight: 600, overflowWrap: 'anywhere' },
  uses: { color: theme.palette.text.secondary, fontSize: '0.8125rem' },
  state: { display: 'inline-flex', fontSize: '0.8125rem' },
  time: {
    minWidth: 56,
    textAlign: 'right',
    color: theme.palette.text.secondary,
    fontSize: '0.8125rem',
    fontVariantNumeric: 'tabular-nums',
  },
  message: {
    flexBasis: '100%',
    paddingLeft: 30,
    fontSize: '0.8125rem',
    color: theme.palette.text.secondary,
    overflowWrap: 'anywhere',
    whiteSpace: 'pre-wrap',
  },
  links: {
    // In line with what the step says.
    padding: theme.spacing(0.5, 2, 0.75, 5.75),
    border: `1px solid ${theme.palette.divider}`,
    borderTop: 0,
    '&:not(:last-child)': { borderBottom: 0 },
    fontSize: '0.8125rem',
  },
  details: {
    flexDirection: 'column',
    gap: theme.spacing(1),
    paddingTop: 0,
    minWidth: 0,
  },
}));

/** The steps of a promotion with state, timing, message and output. */
export function StepList(props: {
  promotion: Promotion;
  steps: StepView[];
  nowMs: number;
  /** Whether what failed stands above already. */
  isFailureSaid?: boolean;
}) {
  return (
    <div>
      {props.steps.map((step, index) => (
        <Step
          key={step.alias}
          promotion={props.promotion}
          step={step}
          number={index + 1}
          nowMs={props.nowMs}
          isFailureSaid={props.isFailureSaid ?? false}
        />
      ))}
    </div>
  );
}

function Step(props: {
  promotion: Promotion;
  step: StepView;
  number: number;
  nowMs: number;
  isFailureSaid: boolean;
}) {
  const classes = useStyles();
  const { t } = useTranslationRef(kargoTranslationRef);
  const { promotion, step, number, nowMs } = props;
  const took = elapsedMs(step.startedAt, step.finishedAt, nowMs);
  const isReduced = useReducedMotion();
  const locale = useLocale();
  const added = useAddedStepViews({ promotion, step });
  const log = stepLog(step.output);
  const task = stepTask(step);
  const hasDetails =
    added.length > 0 || step.output !== undefined || step.config !== undefined;
  return (
    <>
      <Accordion
        square
        disabled={false}
        className={classes.step}
        TransitionProps={{
          unmountOnExit: true,
          ...(isReduced && { timeout: 0 }),
        }}
      >
        <AccordionSummary
          className={classes.summary}
          expandIcon={hasDetails ? <ExpandIcon /> : undefined}
        >
          <span className={classes.number}>{number}</span>
          <span className={classes.titles}>
            <span className={classes.alias}>{stepTitle(step)}</span>
            {step.uses && stepTitle(step) !== step.uses && (
              <span className={classes.uses}>{step.uses}</span>
            )}
            {task !== undefined && (
              <span className={classes.uses}>
                {t('promotion.ofTask', { task })}
              </span>
            )}
          </span>
          <span className={classes.state}>
            <StepStateLabel state={step.state} />
          </span>
          {step.failedAttempts > 0 && step.state === 'Running' && (
            <span className={classes.state}>
              <StatusLabel tone="warning">
                {t('promotion.retrying', {
                  number: String(step.failedAttempts + 1),
                })}
              </StatusLabel>
            </span>
          )}
          <span className={classes.time}>
            {took !== undefined && step.state !== 'Skipped'
              ? formatElapsed(took, locale)
              : ''}
          </span>
          <StepNotes step={step} isFailureSaid={props.isFailureSaid} />
        </AccordionSummary>
        {hasDetails && (
          <AccordionDetails className={classes.details}>
            {added.map(addition => (
              <section key={addition.id} aria-label={addition.title}>
                <AddedComponent
                  addition={addition}
                  about={{ promotion, step }}
                />
              </section>
            ))}
            {log ? (
              <StepLog lines={log} />
            ) : (
              <CodeBlock title={t('promotion.output')} value={step.output} />
            )}
            <StepConfigView promotion={promotion} step={step} />
          </AccordionDetails>
        )}
      </Accordion>
      {/* Beside the button that opens the step, not inside of it. */}
      {step.links.length > 0 && (
        <div className={classes.links}>
          <StepLinks links={step.links} />
        </div>
      )}
    </>
  );
}

function StepNotes(props: { step: StepView; isFailureSaid: boolean }) {
  const classes = useStyles();
  const { t } = useTranslationRef(kargoTranslationRef);
  const { message, continueOnError, state } = props.step;
  const isFailed = state === 'Failed' || state === 'Errored';
  const notes = [
    props.isFailureSaid && isFailed && !continueOnError ? undefined : message,
    continueOnError && (state === 'Failed' || state === 'Errored')
      ? t('promotion.keepsGoing')
      : undefined,
  ].filter(Boolean);
  return notes.length > 0 ? (
    <span className={classes.message}>{notes.join('\n')}</span>
  ) : null;
}

/** Where a step, or a promotion, leads outside. */
export function StepLinks(props: { links: StepLink[] }) {
  const { t } = useTranslationRef(kargoTranslationRef);
  return (
    <>
      {props.links.map(({ url, title, what = 'commit' }, index) => (
        <span key={url}>
          {index > 0 && ' · '}
          <Link href={url} target="_blank" rel="noopener noreferrer">
            {t('promotion.link', { title: title ?? t(`promotion.${what}`) })}
          </Link>
        </span>
      ))}
    </>
  );
}
