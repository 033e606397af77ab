import { useTranslationRef } from '@backstage/frontend-plugin-api';
import {
  FreightAvailability,
  UpstreamEvidence,
  WaitReason,
} from 'backstage-plugin-kargo-common';
import { FreightByName, referenceLabel } from '../freight/freightModel';
import { kargoTranslationRef } from '../translation';
import { formatElapsed } from './RelativeTime';

type Translate = ReturnType<
  typeof useTranslationRef<(typeof kargoTranslationRef)['T']>
>['t'];

/** Turns reasons, which are data, into sentences. */
export function useReasonTexts(freight: FreightByName, nowMs: number) {
  const { t } = useTranslationRef(kargoTranslationRef);
  const label = (name: string) => referenceLabel({ name }, freight);
  return {
    availabilityText: (availability: FreightAvailability, origin: string) =>
      availabilityText(t, availability, origin, nowMs),
    waitText: (reason: WaitReason) => waitText(t, reason, label, nowMs),
  };
}

function availabilityText(
  t: Translate,
  availability: FreightAvailability,
  origin: string,
  nowMs: number,
): string {
  switch (availability.reason) {
    case 'approved':
      return t('availability.approved');
    case 'direct':
      return t('availability.direct');
    case 'verified-upstream':
      return t('availability.verified', {
        stages: names(availability.upstreams.filter(u => u.satisfied)),
      });
    case 'other-project':
      return t('availability.otherProject');
    case 'origin-not-requested':
      return t('availability.originNotRequested', { origin });
    case 'no-source':
      return t('availability.noSource');
    case 'not-verified-upstream':
      return t('availability.notVerified', {
        stages: names(availability.upstreams.filter(u => !u.verified)),
      });
    default:
      return soakText(t, availability, nowMs);
  }
}

function soakText(
  t: Translate,
  availability: FreightAvailability,
  nowMs: number,
): string {
  const { availableAtMs, upstreams } = availability;
  const stages = names(upstreams.filter(u => u.verified && !u.satisfied));
  return availableAtMs === undefined
    ? t('availability.soakLeft', { stages })
    : t('availability.soaking', {
        time: formatElapsed(Math.max(0, availableAtMs - nowMs)),
        stages,
      });
}

function waitText(
  t: Translate,
  reason: WaitReason,
  label: (name: string) => string,
  nowMs: number,
): string {
  switch (reason.kind) {
    case 'reconcile-error':
      return t('reason.reconcileError', { message: reason.message });
    case 'promoting':
      return reason.freight
        ? t('reason.promotingFreight', { freight: label(reason.freight) })
        : t('reason.promoting');
    case 'promotion-failed':
      return reason.message
        ? t('reason.promotionFailed', { message: reason.message })
        : t('reason.promotionFailedSilently');
    case 'verifying':
      return t('reason.verifying');
    case 'verification-failed':
      return reason.message
        ? t('reason.verificationFailed', { message: reason.message })
        : t('reason.verificationFailedSilently');
    case 'health':
      return healthText(t, reason.health, reason.issues);
    case 'held':
      return reason.actor
        ? t('reason.held', {
            actor: reason.actor,
            freight: label(reason.freight),
          })
        : t('reason.heldByNobody', { freight: label(reason.freight) });
    case 'no-freight':
      return t('reason.noFreight', { origin: originName(reason.origin) });
    case 'not-available':
      return t('reason.notAvailable', {
        freight: label(reason.freight),
        why: availabilityText(
          t,
          reason.availability,
          originName(reason.origin),
          nowMs,
        ),
      });
    case 'automation-off':
      return t('reason.automationOff', { freight: label(reason.freight) });
    default:
      return t('reason.notRetried', { freight: label(reason.freight) });
  }
}

function healthText(t: Translate, health: string, issues: string[]): string {
  const listed = issues.join('; ');
  if (health === 'Unhealthy') {
    return t('reason.unhealthy', { issues: listed || '–' });
  }
  if (health === 'Progressing') {
    return t('reason.progressing');
  }
  return listed
    ? t('reason.healthUnknown', { issues: listed })
    : t('reason.healthUnknownSilently');
}

function originName(key: string): string {
  return key.slice(key.indexOf('/') + 1);
}

function names(upstreams: UpstreamEvidence[]): string {
  return upstreams.map(upstream => upstream.stage).join(', ');
}
