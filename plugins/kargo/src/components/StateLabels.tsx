import { useTranslationRef } from '@backstage/frontend-plugin-api';
import {
  HealthState,
  PromotionPhase,
  StageState,
  VerificationPhase,
} from 'backstage-plugin-kargo-common';
import { StepState } from '../promotion/promotionModel';
import { kargoTranslationRef } from '../translation';
import { WarehouseState } from '../warehouse/warehouseModel';
import { StatusLabel, Tone } from './StatusLabel';

const STAGE = {
  passThrough: ['stageState.passThrough', 'neutral'],
  promoting: ['stageState.promoting', 'running'],
  verifying: ['stageState.verifying', 'running'],
  promotionFailed: ['stageState.promotionFailed', 'error'],
  verificationFailed: ['stageState.verificationFailed', 'error'],
  unhealthy: ['stageState.unhealthy', 'error'],
  error: ['stageState.error', 'error'],
  empty: ['stageState.empty', 'neutral'],
  settling: ['stageState.settling', 'running'],
  ready: ['stageState.ready', 'ok'],
  unknown: ['stageState.unknown', 'warning'],
} as const satisfies Record<StageState, readonly [string, Tone]>;

const HEALTH = {
  Healthy: ['health.healthy', 'ok'],
  NotApplicable: ['health.notApplicable', 'neutral'],
  Progressing: ['health.progressing', 'running'],
  Unknown: ['health.unknown', 'warning'],
  Unhealthy: ['health.unhealthy', 'error'],
} as const satisfies Record<HealthState, readonly [string, Tone]>;

/** Where the translation names a state of health. */
export function healthTextKey(health: HealthState) {
  return HEALTH[health][0];
}

const PROMOTION = {
  '': ['promotionPhase.new', 'pending'],
  Pending: ['promotionPhase.pending', 'pending'],
  Running: ['promotionPhase.running', 'running'],
  Succeeded: ['promotionPhase.succeeded', 'ok'],
  Failed: ['promotionPhase.failed', 'error'],
  Errored: ['promotionPhase.errored', 'error'],
  Aborted: ['promotionPhase.aborted', 'stopped'],
} as const satisfies Record<PromotionPhase, readonly [string, Tone]>;

const STEP = {
  Waiting: ['stepStatus.waiting', 'neutral'],
  Running: ['stepStatus.running', 'running'],
  Succeeded: ['stepStatus.succeeded', 'ok'],
  Skipped: ['stepStatus.skipped', 'stopped'],
  Aborted: ['stepStatus.aborted', 'stopped'],
  Failed: ['stepStatus.failed', 'error'],
  Errored: ['stepStatus.errored', 'error'],
} as const satisfies Record<StepState, readonly [string, Tone]>;

const VERIFICATION = {
  '': ['verificationPhase.pending', 'pending'],
  Pending: ['verificationPhase.pending', 'pending'],
  Running: ['verificationPhase.running', 'running'],
  Successful: ['verificationPhase.successful', 'ok'],
  Failed: ['verificationPhase.failed', 'error'],
  Error: ['verificationPhase.error', 'error'],
  Aborted: ['verificationPhase.aborted', 'stopped'],
  Inconclusive: ['verificationPhase.inconclusive', 'warning'],
} as const satisfies Record<VerificationPhase, readonly [string, Tone]>;

const WAREHOUSE = {
  checking: ['warehouse.checking', 'running'],
  error: ['warehouse.error', 'error'],
  ready: ['warehouse.ready', 'ok'],
  unknown: ['warehouse.nothingFound', 'neutral'],
} as const satisfies Record<WarehouseState, readonly [string, Tone]>;

/** Verifications that let nothing on, though nothing says that it does not work. */
const UNDECIDED = {
  Inconclusive: ['stageState.verificationUnclear', 'warning'],
  Aborted: ['stageState.verificationStopped', 'stopped'],
} as const satisfies Partial<
  Record<VerificationPhase, readonly [string, Tone]>
>;

/** The state of a Stage. */
export function StageStateLabel(props: {
  state: StageState;
  /** How the verification of what it runs ended last. */
  verification?: VerificationPhase;
}) {
  const { t } = useTranslationRef(kargoTranslationRef);
  const { state, verification } = props;
  const [key, tone] =
    state === 'verificationFailed' &&
    (verification === 'Inconclusive' || verification === 'Aborted')
      ? UNDECIDED[verification]
      : STAGE[state];
  return <StatusLabel tone={tone}>{t(key)}</StatusLabel>;
}

/** Says that automation waits until someone resumes it. */
export function HoldLabel() {
  const { t } = useTranslationRef(kargoTranslationRef);
  return (
    <StatusLabel tone="stopped" title={t('stage.automationHeld')}>
      {t('stage.onHold')}
    </StatusLabel>
  );
}

/** Stands in for the state of what others take Freight from, and what is not there. */
export function NotHereLabel(props: {
  kind: 'Stage' | 'Warehouse';
  name: string;
}) {
  const { t } = useTranslationRef(kargoTranslationRef);
  const { kind, name } = props;
  return (
    <StatusLabel tone="warning" title={t('pipeline.missing', { kind, name })}>
      {t('pipeline.notHere')}
    </StatusLabel>
  );
}

/** The health of a Stage. */
export function HealthLabel(props: { health: HealthState; issues?: string[] }) {
  const { t } = useTranslationRef(kargoTranslationRef);
  const [key, tone] = HEALTH[props.health];
  return (
    <StatusLabel tone={tone} title={props.issues?.join('\n')}>
      {t(key)}
    </StatusLabel>
  );
}

/** The phase of a Promotion. */
export function PromotionPhaseLabel(props: {
  phase: PromotionPhase | undefined;
}) {
  const { t } = useTranslationRef(kargoTranslationRef);
  const [key, tone] = PROMOTION[props.phase ?? ''];
  return <StatusLabel tone={tone}>{t(key)}</StatusLabel>;
}

/** The state of a step. */
export function StepStateLabel(props: { state: StepState }) {
  const { t } = useTranslationRef(kargoTranslationRef);
  const [key, tone] = STEP[props.state];
  return <StatusLabel tone={tone}>{t(key)}</StatusLabel>;
}

/** The phase of a verification. */
export function VerificationLabel(props: { phase: VerificationPhase }) {
  const { t } = useTranslationRef(kargoTranslationRef);
  const [key, tone] = VERIFICATION[props.phase];
  return <StatusLabel tone={tone}>{t(key)}</StatusLabel>;
}

/** The state of a Warehouse. */
export function WarehouseStateLabel(props: {
  state: WarehouseState;
  title?: string;
}) {
  const { t } = useTranslationRef(kargoTranslationRef);
  const [key, tone] = WAREHOUSE[props.state];
  return (
    <StatusLabel tone={tone} title={props.title}>
      {t(key)}
    </StatusLabel>
  );
}

/** The state of a step in words, for announcements. */
export function useStepStateText(): (state: StepState) => string {
  const { t } = useTranslationRef(kargoTranslationRef);
  return state => t(STEP[state][0]);
}
