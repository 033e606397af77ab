import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { makeStyles } from '@material-ui/core/styles';
import {
  freightArtifacts,
  Promotion,
  stepTitle,
} from 'backstage-plugin-kargo-common';
import { ArtifactTable } from '../components/ArtifactTable';
import { ExplanationView } from '../components/ExplanationView';
import { Section } from '../components/Section';
import {
  PromotionPhaseLabel,
  useStepStateText,
} from '../components/StateLabels';
import { unseen } from '../components/unseen';
import { useNow } from '../components/useNow';
import { Selection } from '../components/useSelection';
import { FreightByName } from '../freight/freightModel';
import { ManifestSection } from '../manifest/ManifestSection';
import { useExplanation } from '../queries/useExplanation';
import { isUnderWay } from '../queries/usePromotions';
import { kargoTranslationRef } from '../translation';
import { PromotionAbout } from './PromotionAbout';
import { failedStep, stepViews } from './promotionModel';
import { StepList } from './StepList';

const useStyles = makeStyles({ unseen });

/** What a Promotion waits for never names Freight: its own is in the title. */
const NO_FREIGHT: FreightByName = new Map();

/** What a promotion did and does, step by step. */
export function PromotionDetail(props: {
  project: string;
  promotion: Promotion;
  /** What people call its Freight. */
  freightName: string;
  /** Where details of the pipeline are, relative to this page. */
  addressOf: (selection: Selection) => string;
}) {
  const { t } = useTranslationRef(kargoTranslationRef);
  const { project, promotion } = props;
  const { status } = promotion;
  const isRunning = isUnderWay(promotion);
  const now = useNow(isRunning ? 1_000 : 60_000);
  const failure = failedStep(promotion);
  return (
    <>
      <PromotionAbout {...props} nowMs={now} />
      {isRunning && (
        <PromotionWaiting project={project} promotion={promotion} />
      )}
      <Section title={t('promotion.steps')}>
        <Progress promotion={promotion} />
        <StepList
          promotion={promotion}
          steps={stepViews(promotion)}
          nowMs={now}
          isFailureSaid={failure !== undefined}
        />
      </Section>
      {status?.freight && (
        <Section title={t('freight.contents')}>
          <ArtifactTable artifacts={freightArtifacts(status.freight)} />
        </Section>
      )}
      <ManifestSection resource={promotion} isShownOnly />
    </>
  );
}

/** Phase and Stage under the title. */
export function PromotionSubtitle(props: { promotion: Promotion }) {
  return <PromotionPhaseLabel phase={props.promotion.status?.phase} />;
}

function PromotionWaiting(props: { project: string; promotion: Promotion }) {
  const { t } = useTranslationRef(kargoTranslationRef);
  const { project, promotion } = props;
  const { name } = promotion.metadata;
  const query = useExplanation(project, { kind: 'promotion', name }, [
    promotion,
  ]);
  return (
    <Section title={t('promotion.waiting')}>
      <ExplanationView query={query} byName={NO_FREIGHT} />
    </Section>
  );
}

/** Tells screen readers which step runs, each time it changes, and at which it failed. */
function Progress(props: { promotion: Promotion }) {
  const classes = useStyles();
  const { t } = useTranslationRef(kargoTranslationRef);
  const stateText = useStepStateText();
  const steps = stepViews(props.promotion);
  const failure = failedStep(props.promotion);
  // The engine goes through the steps behind a failed one, to skip them.
  const index = failure?.index ?? props.promotion.status?.currentStep ?? 0;
  const step = steps[index];
  return (
    <span aria-live="polite" className={classes.unseen}>
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
