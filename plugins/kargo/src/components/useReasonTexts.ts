import { useTranslationRef } from '@backstage/frontend-plugin-api';
import {
  availabilityReason,
  Freight,
  HealthState,
  isFreightAvailable,
  Reason,
  ReasonCode,
  REASONS,
  Stage,
  tellReason,
  ToldReason,
} from 'backstage-plugin-kargo-common';
import { FreightByName, referenceLabel } from '../freight/freightModel';
import { plainMessage } from '../promotion/plainMessage';
import { actorName } from '../promotion/promotionModel';
import { kargoTranslationRef } from '../translation';
import { formatRelative } from './RelativeTime';
import { healthTextKey } from './StateLabels';
import { useLocale } from './useLocale';

type Translate = ReturnType<
  typeof useTranslationRef<(typeof kargoTranslationRef)['T']>
>['t'];

/** Every parameter that a reason may have, by what it is called. */
type ReasonParams = {
  [P in Reason extends infer R
    ? R extends R
      ? Exclude<keyof R, 'code'>
      : never
    : never]?: string | number | string[];
};

/** Reasons that can be said in few words. */
const BRIEF: ReadonlySet<ReasonCode> = new Set<ReasonCode>([
  'other-project',
  'origin-not-requested',
  'no-source',
  'not-verified-upstream',
  'soaking',
  'soak-missed',
  'held',
  'auto-promotion-disabled',
]);

/**
 * Turns the engine's reasons, which are codes and parameters, into sentences; people in them
 * are references, for a `NamedText` to show.
 */
export function useReasonTexts(freight: FreightByName, nowMs: number) {
  const { t } = useTranslationRef(kargoTranslationRef);
  const locale = useLocale();
  const params = (reason: ToldReason) =>
    shownParams(t, reason, {
      label: name => referenceLabel({ name }, freight),
      nowMs,
      locale,
    });
  return {
    /** A whole sentence. */
    reasonText: (reason: ToldReason) =>
      reasonText(t, 'reason', reason, params(reason)),
    /** In few words where there are such, where it is plain what it is about. */
    briefText: (reason: ToldReason) =>
      reasonText(
        t,
        BRIEF.has(reason.code) ? 'availability' : 'reason',
        reason,
        params(reason),
      ),
    /** In few words, where it is plain which Freight it is about. */
    availabilityText: (stage: Stage, item: Freight) => {
      const objection = availabilityReason(stage, item, nowMs);
      if (!objection) {
        return permissionText(t, stage, item, { nowMs, locale });
      }
      const told = tellReason(objection);
      return reasonText(t, 'availability', told, params(told));
    },
  };
}

/** A code that a newer engine has and this interface does not know says itself what it means. */
function reasonText(
  t: Translate,
  group: 'reason' | 'availability',
  reason: ToldReason,
  params: Record<string, string>,
): string {
  return Object.hasOwn(REASONS, reason.code)
    ? // The parameters belong to the code, which the compiler cannot see here.
      t(`${group}.${reason.code}` as `reason.${ReasonCode}`, params as never)
    : reason.message;
}

function permissionText(
  t: Translate,
  stage: Stage,
  freight: Freight,
  { nowMs, locale }: { nowMs: number; locale: string | undefined },
): string {
  const { reason, upstreams } = isFreightAvailable(stage, freight, nowMs);
  switch (reason) {
    case 'approved':
      return t('availability.approved');
    case 'direct':
      return t('availability.direct');
    default:
      return t('availability.verified', {
        stages: listed(
          upstreams.filter(u => u.satisfied).map(u => u.stage),
          'conjunction',
          locale,
        ),
      });
  }
}

/** The parameters of a reason as people read them; what is absent leaves no gap. */
function shownParams(
  t: Translate,
  reason: ToldReason,
  shown: {
    label: (name: string) => string;
    nowMs: number;
    locale: string | undefined;
  },
): Record<string, string> {
  const { label, nowMs, locale } = shown;
  const given = reason as ReasonParams;
  const text = (name: keyof ReasonParams) => String(given[name] ?? '');
  const freight = (name: keyof ReasonParams) =>
    given[name] === undefined ? t('reasonPart.freight') : label(text(name));
  const time = (name: keyof ReasonParams) =>
    given[name] === undefined ? '' : formatRelative(text(name), nowMs, locale);
  const because = (why: string) =>
    why ? t('reasonPart.because', { why }) : '';
  const names = (given.stages as string[] | undefined) ?? [];
  const issues = (given.issues as string[] | undefined) ?? [];
  return {
    ...Object.fromEntries(
      Object.entries(given).map(([name, value]) => [name, String(value)]),
    ),
    freight: freight('freight'),
    holder: freight('holder'),
    newer: freight('newer'),
    origin: originName(text('origin')),
    // Still a reference: whoever shows the sentence asks the portal for the name.
    actor: actorName(text('actor')) || t('reasonPart.somebody'),
    stages: listed(
      names,
      given.needed === 'any' ? 'disjunction' : 'conjunction',
      locale,
    ),
    health: t(healthTextKey((given.health ?? 'Unknown') as HealthState)),
    availableAt: time('availableAt'),
    at: time('at'),
    error: because(plainMessage(text('error'))),
    note: because(text('note')),
    issues: because(issues.join('; ')),
    attempts: given.attempts
      ? t('reasonPart.ofAttempts', { attempts: text('attempts') })
      : '',
    retryAt: given.retryAt
      ? t('reasonPart.retryAt', { time: time('retryAt') })
      : '',
    nextCheckAt: given.nextCheckAt
      ? t('reasonPart.nextCheckAt', { time: time('nextCheckAt') })
      : '',
  };
}

function originName(key: string): string {
  return key.slice(key.indexOf('/') + 1);
}

function listed(
  names: string[],
  type: 'conjunction' | 'disjunction',
  locale: string | undefined,
): string {
  // Mostly there is nothing to list, and making a format takes longer than using it.
  return names.length === 0
    ? ''
    : new Intl.ListFormat(locale, { type }).format(names);
}
