import { EntityRefLinks } from '@backstage/plugin-catalog-react';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import Typography from '@material-ui/core/Typography';
import {
  buildStageGraph,
  currentFreight,
  downstreamStages,
  isControlFlow,
  Stage,
  upstreamStages,
} from 'backstage-plugin-kargo-common';
import { useMemo } from 'react';
import { AddedStageSections } from '../additions/AddedSections';
import { ActionButton } from '../components/ActionButton';
import { ConfiguredLinks } from '../components/ConfiguredLinks';
import { DetailDrawer } from '../components/DetailDrawer';
import { RefreshButton } from '../components/RefreshButton';
import { Section } from '../components/Section';
import { PullRequestLink } from '../components/StageMarks';
import { HealthLabel, StageStateLabel } from '../components/StateLabels';
import { useNow } from '../components/useNow';
import { Selection } from '../components/useSelection';
import { indexFreight } from '../freight/freightModel';
import { ManifestSection } from '../manifest/ManifestSection';
import { formatReview } from '../promotion/review';
import { useKargoActions } from '../queries/useKargoActions';
import { Pipeline } from '../queries/usePipeline';
import { kargoTranslationRef } from '../translation';
import { makeStyles } from '@material-ui/core/styles';
import { StageFreightSection } from './StageFreightSection';
import { StageHistorySection } from './StageHistorySection';
import { freightIndex, stageView } from './stageModel';
import { StagePromotions } from './StagePromotions';
import { StageSources } from './StageSources';
import { StageVerification } from './StageVerification';
import { StageWaiting } from './StageWaiting';

const useStyles = makeStyles(theme => ({
  states: { display: 'flex', gap: theme.spacing(2), flexWrap: 'wrap' },
}));

/** A Stage: what runs there, why it waits, and what happened. */
export function StageDrawer(props: {
  pipeline: Pipeline;
  stage: Stage;
  onOpen: (selection: Selection) => void;
  onClose: () => void;
}) {
  const classes = useStyles();
  const { t } = useTranslationRef(kargoTranslationRef);
  const { pipeline, stage, onOpen } = props;
  const name = stage.metadata.name;
  const byName = useMemo(
    () => indexFreight(pipeline.freight),
    [pipeline.freight],
  );
  const now = useNow(60_000);
  const view = useMemo(
    () => stageView(stage, freightIndex(pipeline.freight, now)),
    [stage, pipeline.freight, now],
  );
  const access = pipeline.access?.stages[name];
  return (
    <DetailDrawer
      isOpen
      onClose={props.onClose}
      kind={t('stage.kind')}
      title={name}
      subtitle={
        <>
          {view.description && (
            <Typography variant="body2" color="textSecondary" gutterBottom>
              {view.description}
            </Typography>
          )}
          <div className={classes.states}>
            <StageStateLabel
              state={view.state}
              verification={view.verification}
            />
            {view.health && (
              <HealthLabel health={view.health} issues={view.healthIssues} />
            )}
            <PullRequestLink pullRequest={view.wait?.pullRequest} />
          </div>
        </>
      }
      actions={<StageActions {...props} />}
    >
      <StageWaiting pipeline={pipeline} stage={stage} byName={byName} />
      {view.state !== 'passThrough' && (
        <StageFreightSection view={view} onOpen={onOpen} />
      )}
      <Section title={t('stage.asksFor')}>
        <StageSources stage={stage} />
      </Section>
      <StageVerification project={pipeline.project} stage={stage} />
      {view.state !== 'passThrough' && (
        <StagePromotions
          project={pipeline.project}
          stage={name}
          byName={byName}
          onOpen={onOpen}
        />
      )}
      <StageHistorySection
        pipeline={pipeline}
        stage={stage}
        byName={byName}
        nowMs={now}
        onOpen={onOpen}
      />
      {access?.owners && access.owners.length > 0 && (
        <Section title={t('stage.whoMay')}>
          <EntityRefLinks entityRefs={access.owners} />
        </Section>
      )}
      <AddedStageSections project={pipeline.project} stage={stage} />
      <ConfiguredLinks
        project={pipeline.project}
        kind="stage"
        resource={stage}
      />
      <ManifestSection
        resource={stage}
        manage={pipeline.access?.project.manage}
        onDeleted={props.onClose}
      />
    </DetailDrawer>
  );
}

function StageActions(props: {
  pipeline: Pipeline;
  stage: Stage;
  onOpen: (selection: Selection) => void;
}) {
  const { t } = useTranslationRef(kargoTranslationRef);
  const { pipeline, stage, onOpen } = props;
  const { refreshStage } = useKargoActions(pipeline.project);
  const name = stage.metadata.name;
  const verdict = pipeline.access?.stages[name]?.promote;
  const hasSteps = (stage.spec.promotionTemplate?.spec.steps?.length ?? 0) > 0;
  return (
    <>
      {hasSteps && (
        <ActionButton
          onClick={() => onOpen({ promote: name })}
          variant="contained"
          {...(verdict?.allowed === false && {
            refusal: verdict.reason ?? t('promote.notAllowed', { stage: name }),
          })}
        >
          {t('promote.action')}
        </ActionButton>
      )}
      <ReviewActions {...props} />
      <RefreshButton refresh={refreshStage} name={name} />
      {hasSteps && verdict?.allowed === false && (
        <Typography variant="body2" color="textSecondary">
          {verdict.reason ?? t('promote.notAllowed', { stage: name })}
        </Typography>
      )}
    </>
  );
}

/** Moves what Stages run along the pipeline, where there is something before or behind. */
function ReviewActions(props: {
  pipeline: Pipeline;
  stage: Stage;
  onOpen: (selection: Selection) => void;
}) {
  const { t } = useTranslationRef(kargoTranslationRef);
  const { pipeline, stage, onOpen } = props;
  const name = stage.metadata.name;
  const graph = useMemo(() => buildStageGraph(pipeline), [pipeline]);
  const isFed = !isControlFlow(stage) && upstreamStages(graph, name).length > 0;
  const feeds = downstreamStages(graph, name).length > 0;
  const open = (kind: 'upstream' | 'downstream') =>
    onOpen({ review: formatReview({ kind, name }) });
  return (
    <>
      {isFed && (
        <ActionButton onClick={() => open('upstream')}>
          {t('review.fromUpstream')}
        </ActionButton>
      )}
      {feeds && currentFreight(stage) && (
        <ActionButton onClick={() => open('downstream')}>
          {t('review.toDownstream')}
        </ActionButton>
      )}
    </>
  );
}
