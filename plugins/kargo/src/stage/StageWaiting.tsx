import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { Stage } from 'backstage-plugin-kargo-common';
import { ActionButton } from '../components/ActionButton';
import { ExplanationView } from '../components/ExplanationView';
import { Section } from '../components/Section';
import { FreightByName, requestsOrigin } from '../freight/freightModel';
import { useExplanation } from '../queries/useExplanation';
import { useKargoActions } from '../queries/useKargoActions';
import { Pipeline } from '../queries/usePipeline';
import { kargoTranslationRef } from '../translation';

/** Answers why a Stage waits, and offers the way out where there is one. */
export function StageWaiting(props: {
  pipeline: Pipeline;
  stage: Stage;
  byName: FreightByName;
}) {
  const { t } = useTranslationRef(kargoTranslationRef);
  const { pipeline, stage, byName } = props;
  const { name } = stage.metadata;
  const query = useExplanation(pipeline.project, { kind: 'stage', name }, [
    stage,
    ...pipeline.freight.filter(freight => requestsOrigin(stage, freight)),
  ]);
  const reasons = query.explanation?.reasons ?? [];
  const isSettled =
    query.explanation !== undefined &&
    reasons.every(({ tone }) => tone === 'done');
  return (
    <Section title={t(isSettled ? 'stage.settled' : 'stage.waiting')}>
      <ExplanationView
        query={query}
        byName={byName}
        actionFor={reason =>
          reason.code === 'held' && (
            <ResumeButton
              pipeline={pipeline}
              stage={name}
              origin={reason.origin}
            />
          )
        }
      />
    </Section>
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
