import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { makeStyles } from '@material-ui/core/styles';
import Link from '@material-ui/core/Link';
import Alert from '@material-ui/lab/Alert';
import { freightArtifacts, Promotion } from 'backstage-plugin-kargo-common';
import { ReactNode, useState } from 'react';
import { Link as RouterLink } from 'react-router-dom';
import { ActionButton } from '../components/ActionButton';
import { ArtifactTable } from '../components/ArtifactTable';
import { ConfirmDialog } from '../components/ConfirmDialog';
import { ExplanationView } from '../components/ExplanationView';
import { useKargoLinks } from '../components/KargoLinks';
import { NamedText } from '../components/NamedText';
import { Person } from '../components/Person';
import { RefreshButton } from '../components/RefreshButton';
import { DatedTime, formatElapsed } from '../components/RelativeTime';
import { Facts, Section } from '../components/Section';
import {
  PromotionPhaseLabel,
  useStepStateText,
} from '../components/StateLabels';
import { useLocale } from '../components/useLocale';
import { unseen } from '../components/unseen';
import { useNow } from '../components/useNow';
import { Selection } from '../components/useSelection';
import {
  FreightByName,
  freightLabel,
  freightVersion,
  titled,
} from '../freight/freightModel';
import { ManifestSection } from '../manifest/ManifestSection';
import { useExplanation } from '../queries/useExplanation';
import { isUnderWay } from '../queries/usePromotions';
import { KargoActions, useKargoActions } from '../queries/useKargoActions';
import { useStageAccess } from '../queries/usePipeline';
import { kargoTranslationRef } from '../translation';
import {
  elapsedMs,
  failedStep,
  isAbortRequested,
  isAutomatic,
  promotionActor,
  promotionLinks,
  retriedPromotion,
  retriedStep,
  stepTitle,
  stepViews,
} from './promotionModel';
import { StepLinks, StepList } from './StepList';

const useStyles = makeStyles(theme => ({
  alert: { marginTop: theme.spacing(2), overflowWrap: 'anywhere' },
  unseen,
}));

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
  const classes = useStyles();
  const { t } = useTranslationRef(kargoTranslationRef);
  const { promotion, addressOf } = props;
  const { status } = promotion;
  const { freight, stage } = promotion.spec;
  const isRunning = isUnderWay(promotion);
  const now = useNow(isRunning ? 1_000 : 60_000);
  const locale = useLocale();
  const steps = stepViews(promotion);
  const failure = failedStep(promotion);
  const links = promotionLinks(promotion);
  const retried = retriedPromotion(promotion);
  const took = elapsedMs(status?.startedAt, status?.finishedAt, now);
  return (
    <>
      <Section title={t('promotion.about')}>
        <Facts
          facts={[
            [
              t('promotion.freight'),
              freight ? (
                <PathLink to={addressOf({ freight })}>
                  {props.freightName}
                </PathLink>
              ) : (
                props.freightName
              ),
            ],
            [
              t('stage.kind'),
              <PathLink to={addressOf({ stage })}>{stage}</PathLink>,
            ],
            [t('promotion.startedBy'), <Actor promotion={promotion} />],
            [
              t('promotion.retryOf'),
              retried && (
                <PromotionName project={props.project} name={retried} />
              ),
            ],
            [
              t('promotion.links'),
              links.length > 0 ? <StepLinks links={links} /> : undefined,
            ],
            [
              t('promotion.created'),
              <DatedTime time={promotion.metadata.creationTimestamp} />,
            ],
            [
              isRunning ? t('promotion.running') : t('promotion.duration'),
              took === undefined ? undefined : formatElapsed(took, locale),
            ],
          ]}
        />
        {failure && (
          <Alert className={classes.alert} severity="error">
            <strong>
              {t('promotion.stepFailed', { step: failure.title })}
            </strong>
            {failure.message && (
              <>
                {' '}
                <NamedText text={failure.message} />
              </>
            )}
          </Alert>
        )}
        {status?.message && !failure && (
          <Alert
            className={classes.alert}
            severity={
              status.phase === 'Failed' || status.phase === 'Errored'
                ? 'error'
                : 'info'
            }
          >
            <NamedText text={status.message} />
          </Alert>
        )}
      </Section>
      {isRunning && (
        <PromotionWaiting project={props.project} promotion={promotion} />
      )}
      <Section title={t('promotion.steps')}>
        <Progress promotion={promotion} />
        <StepList
          promotion={promotion}
          steps={steps}
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

function PathLink(props: { to: string; children: ReactNode }) {
  return (
    <Link component={RouterLink} to={props.to} relative="path">
      {props.children}
    </Link>
  );
}

/** Leads to the page of a promotion, where there is one. */
function PromotionName(props: { project: string; name: string }) {
  const { project, name } = props;
  const page = useKargoLinks().promotion?.(project, name);
  return page ? (
    <Link component={RouterLink} to={page}>
      {name}
    </Link>
  ) : (
    <>{name}</>
  );
}

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

function Actor(props: { promotion: Promotion }) {
  const { t } = useTranslationRef(kargoTranslationRef);
  if (isAutomatic(props.promotion)) {
    return <>{t('common.automation')}</>;
  }
  const actor = promotionActor(props.promotion);
  return actor ? <Person name={actor} /> : <>{t('common.unknownActor')}</>;
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
  const index = failure
    ? steps.findIndex(step => stepTitle(step) === failure.title)
    : props.promotion.status?.currentStep ?? 0;
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

/** What people call the Freight of a promotion. */
export function promotedFreightName(
  promotion: Promotion,
  alias: string | undefined,
): string {
  const name = promotion.spec.freight ?? '';
  const label = freightLabel({ name, ...(alias && { alias }) });
  const { freight } = promotion.status ?? {};
  return titled(freight ? freightVersion(freight) : '', label);
}
