import { useTranslationRef } from '@backstage/frontend-plugin-api';
import Typography from '@material-ui/core/Typography';
import { Stage, WaitReason, waitReasons } from 'backstage-plugin-kargo-common';
import { ActionButton } from '../components/ActionButton';
import { ReasonList } from '../components/ReasonList';
import { useNow } from '../components/useNow';
import { useReasonTexts } from '../components/useReasonTexts';
import { FreightByName } from '../freight/freightModel';
import { useKargoActions } from '../queries/useKargoActions';
import { Pipeline } from '../queries/usePipeline';
import { kargoTranslationRef } from '../translation';
import { isControlFlow } from 'backstage-plugin-kargo-common';

const PROBLEMS: ReadonlySet<WaitReason['kind']> = new Set([
  'reconcile-error',
  'promotion-failed',
  'verification-failed',
  'health',
]);

/** Answers why a Stage waits, and offers the way out where there is one. */
export function StageWaiting(props: {
  pipeline: Pipeline;
  stage: Stage;
  byName: FreightByName;
}) {
  const { t } = useTranslationRef(kargoTranslationRef);
  const now = useNow(10_000);
  const { pipeline, stage, byName } = props;
  const { waitText } = useReasonTexts(byName, now);
  const reasons = waitReasons(stage, pipeline.freight, now);
  if (reasons.length === 0) {
    return (
      <Typography variant="body2">
        {isControlFlow(stage)
          ? t('promote.noSteps')
          : t('stage.nothingWaiting')}
      </Typography>
    );
  }
  return (
    <ReasonList
      reasons={reasons.map(reason => ({
        text: waitText(reason),
        isProblem: PROBLEMS.has(reason.kind),
        action: reason.kind === 'held' && (
          <ResumeButton
            pipeline={pipeline}
            stage={stage.metadata.name}
            origin={reason.origin}
          />
        ),
      }))}
    />
  );
}

function ResumeButton(props: {
  pipeline: Pipeline;
  stage: string;
  origin: string;
}) {
  const { t } = useTranslationRef(kargoTranslationRef);
  const { pipeline, stage, origin } = props;
  const { promote } = useKargoActions(pipeline.project);
  const verdict = pipeline.access?.stages[stage]?.promote;
  const refusal =
    verdict?.allowed === false
      ? verdict.reason ?? t('promote.notAllowed', { stage })
      : undefined;
  return (
    <ActionButton
      onClick={() => promote.mutate({ stage, request: { origin } })}
      isPending={promote.isPending}
      failure={promote.error}
      {...(refusal !== undefined && { refusal })}
    >
      {t('stage.resume')}
    </ActionButton>
  );
}
