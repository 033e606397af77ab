import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { makeStyles } from '@material-ui/core/styles';
import Alert from '@material-ui/lab/Alert';
import { freightArtifacts, Promotion } from 'backstage-plugin-kargo-common';
import { ReactNode, useState } from 'react';
import { ActionButton } from '../components/ActionButton';
import { ArtifactTable } from '../components/ArtifactTable';
import { ConfirmDialog } from '../components/ConfirmDialog';
import { RefreshButton } from '../components/RefreshButton';
import {
  formatElapsed,
  formatRelative,
  RelativeTime,
} from '../components/RelativeTime';
import { Facts, Section } from '../components/Section';
import {
  PromotionPhaseLabel,
  useStepStateText,
} from '../components/StateLabels';
import { useNow } from '../components/useNow';
import { freightLabel } from '../freight/freightModel';
import { isUnderWay } from '../queries/usePromotions';
import { KargoActions, useKargoActions } from '../queries/useKargoActions';
import { kargoTranslationRef } from '../translation';
import {
  elapsedMs,
  isAbortRequested,
  isAutomatic,
  promotionActor,
  stepTitle,
  stepViews,
} from './promotionModel';
import { StepList } from './StepList';

const useStyles = makeStyles(theme => ({
  alert: { marginTop: theme.spacing(2), overflowWrap: 'anywhere' },
  hidden: {
    position: 'absolute',
    width: 1,
    height: 1,
    overflow: 'hidden',
    clip: 'rect(0 0 0 0)',
  },
}));

/** What a promotion did and does, step by step. */
export function PromotionDetail(props: {
  promotion: Promotion;
  /** What people call its Freight. */
  freightName: string;
}) {
  const classes = useStyles();
  const { t } = useTranslationRef(kargoTranslationRef);
  const { promotion } = props;
  const { status } = promotion;
  const isRunning = isUnderWay(promotion);
  const now = useNow(isRunning ? 1_000 : 60_000);
  const steps = stepViews(promotion);
  const took = elapsedMs(status?.startedAt, status?.finishedAt, now);
  return (
    <>
      <Section title={t('promotion.about')}>
        <Facts
          facts={[
            [t('promotion.freight'), props.freightName],
            [t('promotion.startedBy'), <Actor promotion={promotion} />],
            [
              t('promotion.created'),
              <RelativeTime time={promotion.metadata.creationTimestamp} />,
            ],
            [
              isRunning ? t('promotion.running') : t('promotion.duration'),
              took === undefined ? undefined : formatElapsed(took),
            ],
          ]}
        />
        {status?.message && (
          <Alert
            className={classes.alert}
            severity={
              status.phase === 'Failed' || status.phase === 'Errored'
                ? 'error'
                : 'info'
            }
          >
            {status.message}
          </Alert>
        )}
        <WaitNote promotion={promotion} nowMs={now} />
      </Section>
      <Section title={t('promotion.steps')}>
        <Progress promotion={promotion} />
        <StepList steps={steps} nowMs={now} />
      </Section>
      {status?.freight && (
        <Section title={t('freight.contents')}>
          <ArtifactTable artifacts={freightArtifacts(status.freight)} />
        </Section>
      )}
    </>
  );
}

/** Phase and Stage under the title. */
export function PromotionSubtitle(props: { promotion: Promotion }) {
  return <PromotionPhaseLabel phase={props.promotion.status?.phase} />;
}

/** Stop, look again, promote again. */
export function PromotionActions(props: {
  project: string;
  promotion: Promotion;
  /** Why the viewer may not act on promotions of this Stage. */
  refusal?: string;
  onRetry?: () => void;
}) {
  const { t } = useTranslationRef(kargoTranslationRef);
  const actions = useKargoActions(props.project);
  const { promotion, refusal, onRetry } = props;
  if (!isUnderWay(promotion)) {
    return onRetry ? (
      <ActionButton
        onClick={onRetry}
        variant="outlined"
        {...(refusal !== undefined && { refusal })}
      >
        {t('promotion.retry')}
      </ActionButton>
    ) : null;
  }
  return (
    <>
      <RefreshButton
        refresh={actions.refreshPromotion}
        name={promotion.metadata.name}
      />
      <AbortButton
        promotion={promotion}
        abort={actions.abortPromotion}
        {...(refusal !== undefined && { refusal })}
      />
    </>
  );
}

function AbortButton(props: {
  promotion: Promotion;
  abort: KargoActions['abortPromotion'];
  refusal?: string;
}): ReactNode {
  const { t } = useTranslationRef(kargoTranslationRef);
  const [isAsking, setAsking] = useState(false);
  const { promotion, abort } = props;
  const isRequested = abort.isSuccess || isAbortRequested(promotion);
  return (
    <>
      <ActionButton
        onClick={() => setAsking(true)}
        variant="outlined"
        refusal={isRequested ? t('promotion.abortRequested') : props.refusal}
      >
        {isRequested ? t('promotion.abortRequested') : t('promotion.abort')}
      </ActionButton>
      <ConfirmDialog
        isOpen={isAsking}
        title={t('promotion.abortTitle')}
        text={t('promotion.abortText')}
        action={t('promotion.abort')}
        isPending={abort.isPending}
        error={abort.error}
        onClose={() => setAsking(false)}
        onConfirm={() =>
          abort.mutate(promotion.metadata.name, {
            onSuccess: () => setAsking(false),
          })
        }
      />
    </>
  );
}

function Actor(props: { promotion: Promotion }) {
  const { t } = useTranslationRef(kargoTranslationRef);
  if (isAutomatic(props.promotion)) {
    return <>{t('common.automation')}</>;
  }
  return <>{promotionActor(props.promotion) ?? t('common.unknownActor')}</>;
}

function WaitNote(props: { promotion: Promotion; nowMs: number }) {
  const classes = useStyles();
  const { t } = useTranslationRef(kargoTranslationRef);
  const { status } = props.promotion;
  if (status?.phase === 'Pending' || !status?.phase) {
    return (
      <Alert severity="info" className={classes.alert}>
        {t('promotion.waitsForTurn')}
      </Alert>
    );
  }
  return status.phase === 'Running' && status.nextCheckAt ? (
    <Alert severity="info" className={classes.alert}>
      {t('promotion.nextCheck', {
        time: formatRelative(status.nextCheckAt, props.nowMs),
      })}
    </Alert>
  ) : null;
}

/** Tells screen readers which step runs, each time it changes. */
function Progress(props: { promotion: Promotion }) {
  const classes = useStyles();
  const { t } = useTranslationRef(kargoTranslationRef);
  const stateText = useStepStateText();
  const steps = stepViews(props.promotion);
  const index = props.promotion.status?.currentStep ?? 0;
  const step = steps[index];
  return (
    <span aria-live="polite" className={classes.hidden}>
      {step &&
        t('promotion.stepProgress', {
          current: String(index + 1),
          total: String(steps.length),
          name: stepTitle(step),
          status: stateText(step.state),
        })}
    </span>
  );
}

/** What people call the Freight of a promotion. */
export function promotedFreightName(
  promotion: Promotion,
  alias: string | undefined,
): string {
  const name = promotion.spec.freight ?? '';
  return freightLabel({ name, ...(alias && { alias }) });
}
