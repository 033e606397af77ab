import {
  Health,
  HealthState,
  JsonValue,
  StageStatus,
} from 'backstage-plugin-kargo-common';
import { ConditionDraft } from '../conditions';

/** Whether health can be checked now, and what it is when it cannot. */
export type HealthPlan =
  | { kind: 'check' }
  | { kind: 'known'; health: Health | undefined; condition: ConditionDraft };

/** Decides, from the Promotions of a Stage, whether its health checks mean anything now. */
export function planHealth(status: StageStatus): HealthPlan {
  if (status.currentPromotion) {
    return unknown(
      'ActivePromotion',
      'Cannot assess health because a Promotion is currently in progress',
    );
  }
  const last = status.lastPromotion;
  if (!last) {
    return {
      kind: 'known',
      health: undefined,
      condition: {
        type: 'Healthy',
        status: 'Unknown',
        reason: 'NoFreight',
        message: 'Nothing was promoted to this Stage yet',
      },
    };
  }
  if (last.status?.phase !== 'Succeeded') {
    return unknown(
      `LastPromotion${last.status?.phase ?? 'Unknown'}`,
      'Cannot assess health because last Promotion did not succeed',
    );
  }
  if (!last.status.healthChecks?.length) {
    const health: Health = { status: 'Healthy' };
    return { kind: 'known', health, condition: healthCondition(health) };
  }
  return { kind: 'check' };
}

function unknown(reason: string, message: string): HealthPlan {
  return {
    kind: 'known',
    health: { status: 'Unknown', issues: [message] },
    condition: { type: 'Healthy', status: 'Unknown', reason, message },
  };
}

const SEVERITY: HealthState[] = [
  'Healthy',
  'NotApplicable',
  'Progressing',
  'Unknown',
  'Unhealthy',
];

/** The health of a Stage from its checks: the most severe; without checks it is healthy. */
export function foldHealth(checks: Health[]): Health {
  const issues = checks.flatMap(check => check.issues ?? []);
  const outputs = checks
    .map(check => check.output)
    .filter((output): output is JsonValue => output !== undefined);
  const worst = Math.max(
    0,
    ...checks.map(check => SEVERITY.indexOf(check.status)),
  );
  return {
    status: SEVERITY[worst],
    ...(issues.length > 0 && { issues }),
    ...(outputs.length > 0 && { output: outputs }),
  };
}

/** The `Healthy` condition of a checked Stage. */
export function healthCondition(health: Health): ConditionDraft {
  const issues = health.issues?.join('; ');
  switch (health.status) {
    case 'Healthy':
      return {
        type: 'Healthy',
        status: 'True',
        reason: 'Healthy',
        message: 'Stage is healthy',
      };
    case 'Unhealthy':
      return {
        type: 'Healthy',
        status: 'False',
        reason: 'Unhealthy',
        message: issues ?? 'Stage is unhealthy',
      };
    default:
      return {
        type: 'Healthy',
        status: 'Unknown',
        reason: health.status,
        message: issues ?? `Health is ${health.status}`,
      };
  }
}
