import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { Promotion } from 'backstage-plugin-kargo-common';
import { ReactNode, useState } from 'react';
import { ActionButton } from '../components/ActionButton';
import { ConfirmDialog } from '../components/ConfirmDialog';
import { RefreshButton } from '../components/RefreshButton';
import { KargoActions, useKargoActions } from '../queries/useKargoActions';
import { useStageAccess } from '../queries/usePipeline';
import { isUnderWay } from '../queries/usePromotions';
import { kargoTranslationRef } from '../translation';
import { isAbortRequested, retriedStep } from './promotionModel';

/** Stop, look again, promote again, go on where it failed. */
export function PromotionActions(props: {
  project: string;
  promotion: Promotion;
  /** Why the viewer may not promote to this Stage. */
  refusal?: string;
  onRetry?: () => void;
  /** Shows the promotion that goes on for this one. */
  onWentOn?: (promotion: Promotion) => void;
}) {
  const { t } = useTranslationRef(kargoTranslationRef);
  const actions = useKargoActions(props.project);
  const { promotion, refusal, onRetry } = props;
  const step = retriedStep(promotion);
  if (!isUnderWay(promotion)) {
    return (
      <>
        {step !== undefined && (
          <GoOnButton {...props} step={step} retry={actions.retryPromotion} />
        )}
        {onRetry && (
          <ActionButton
            onClick={onRetry}
            variant="outlined"
            {...(refusal !== undefined && { refusal })}
          >
            {t('promotion.retry')}
          </ActionButton>
        )}
      </>
    );
  }
  return (
    <>
      <RefreshButton
        refresh={actions.refreshPromotion}
        name={promotion.metadata.name}
      />
      <AbortButton
        project={props.project}
        promotion={promotion}
        abort={actions.abortPromotion}
      />
    </>
  );
}

function GoOnButton(props: {
  promotion: Promotion;
  step: string;
  retry: KargoActions['retryPromotion'];
  refusal?: string;
  onWentOn?: (promotion: Promotion) => void;
}): ReactNode {
  const { t } = useTranslationRef(kargoTranslationRef);
  const [isAsking, setAsking] = useState(false);
  const { promotion, step, retry, refusal, onWentOn } = props;
  return (
    <>
      <ActionButton
        onClick={() => setAsking(true)}
        variant="outlined"
        {...(refusal !== undefined && { refusal })}
      >
        {t('promotion.goOn', { step })}
      </ActionButton>
      <ConfirmDialog
        isOpen={isAsking}
        title={t('promotion.goOnTitle', { step })}
        text={t('promotion.goOnText')}
        action={t('promotion.goOn', { step })}
        isPending={retry.isPending}
        error={retry.error}
        onClose={() => {
          setAsking(false);
          retry.reset();
        }}
        onConfirm={() =>
          retry.mutate(promotion.metadata.name, {
            onSuccess: created => {
              setAsking(false);
              onWentOn?.(created);
            },
          })
        }
      />
    </>
  );
}

function AbortButton(props: {
  project: string;
  promotion: Promotion;
  abort: KargoActions['abortPromotion'];
}): ReactNode {
  const { t } = useTranslationRef(kargoTranslationRef);
  const [isAsking, setAsking] = useState(false);
  const { project, promotion, abort } = props;
  const { stage } = promotion.spec;
  const verdict = useStageAccess(project, stage)?.abort;
  const refusal =
    verdict?.allowed === false
      ? verdict.reason ?? t('promotion.mayNotAbort', { stage })
      : undefined;
  const isRequested = abort.isSuccess || isAbortRequested(promotion);
  return (
    <>
      <ActionButton
        onClick={() => setAsking(true)}
        variant="outlined"
        refusal={isRequested ? t('promotion.abortRequested') : refusal}
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
        onClose={() => {
          setAsking(false);
          abort.reset();
        }}
        onConfirm={() =>
          abort.mutate(promotion.metadata.name, {
            onSuccess: () => setAsking(false),
          })
        }
      />
    </>
  );
}
