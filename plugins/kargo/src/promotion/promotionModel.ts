import {
  ANNOTATIONS,
  JsonObject,
  JsonValue,
  Promotion,
  PromotionPhase,
  PromotionStep,
  StepExecutionMetadata,
  StepStatus,
  stepTitle,
} from 'backstage-plugin-kargo-common';
import { freightLabel, freightVersion, titled } from '../freight/freightModel';
import { plainMessage } from './plainMessage';

/** How one step stands. */
export type StepState = StepStatus | 'Waiting';

/** One step as the interface shows it. */
export interface StepView {
  alias: string;
  uses: string;
  state: StepState;
  message?: string;
  startedAt?: string;
  finishedAt?: string;
  failedAttempts: number;
  continueOnError: boolean;
  output?: JsonValue;
  config?: JsonObject;
  links: StepLink[];
}

/** The task in which a step stands, by the name that it has in the Promotion. */
export function stepTask({ alias }: Pick<StepView, 'alias'>) {
  const end = alias.lastIndexOf('::');
  return end < 0 ? undefined : alias.slice(0, end);
}

/** A link that a step's output offers. */
export interface StepLink {
  url: string;
  /** What the step itself calls it. */
  title?: string;
  /** What it is, where the interface names it. */
  what?: 'pullRequest' | 'commit';
}

/** The steps of a Promotion with what happened to each. */
export function stepViews(promotion: Promotion): StepView[] {
  const {
    stepExecutionMetadata = [],
    state = {},
    phase,
    currentStep = 0,
  } = promotion.status ?? {};
  const byAlias = new Map(
    stepExecutionMetadata.map(entry => [entry.alias, entry]),
  );
  return (promotion.spec.steps ?? []).map((step, index) => {
    const alias = step.as || `step-${index + 1}`;
    return stepView(step, alias, {
      entry: byAlias.get(alias),
      output: state[alias],
      isUnderWay: isRunningPhase(phase),
      isCurrent: phase === 'Running' && index === currentStep,
    });
  });
}

function stepView(
  step: PromotionStep,
  alias: string,
  {
    entry,
    output,
    isUnderWay,
    isCurrent,
  }: {
    entry: StepExecutionMetadata | undefined;
    output: JsonValue | undefined;
    isUnderWay: boolean;
    isCurrent: boolean;
  },
): StepView {
  return {
    alias,
    uses: step.uses ?? step.task?.name ?? '',
    state:
      isUnderWay && isTriedAgain(entry)
        ? 'Running'
        : // Of its first attempt nothing is written before that ends.
          entry?.status ?? (entry || isCurrent ? 'Running' : 'Waiting'),
    ...(entry?.message && { message: plainMessage(entry.message) }),
    ...(entry?.startedAt && { startedAt: entry.startedAt }),
    ...(entry?.finishedAt && { finishedAt: entry.finishedAt }),
    failedAttempts: entry?.errorCount ?? 0,
    continueOnError: step.continueOnError ?? false,
    ...(hasContent(output) && { output }),
    ...(hasContent(step.config) && { config: step.config }),
    links: stepLinks(output),
  };
}

/** Between two attempts the record tells how the last one ended, of a step that has not. */
function isTriedAgain(entry: StepExecutionMetadata | undefined): boolean {
  return (
    entry !== undefined &&
    !entry.finishedAt &&
    (entry.errorCount ?? 0) > 0 &&
    ['Failed', 'Errored'].includes(entry.status ?? '')
  );
}

/** The links of all steps of a Promotion, each once. */
export function promotionLinks(promotion: Promotion): StepLink[] {
  const links = stepViews(promotion).flatMap(step => step.links);
  return [...new Map(links.map(link => [link.url, link])).values()];
}

/**
 * Full ids of the commits that a Promotion pushed to where they have no page: each once, in the
 * order of the steps.
 */
export function pushedCommits(promotion: Promotion): string[] {
  const commits = Object.values(promotion.status?.state ?? {}).flatMap(output =>
    isObject(output) &&
    typeof output.commit === 'string' &&
    typeof output.branch === 'string' &&
    !isWebAddress(output.commitURL)
      ? [output.commit]
      : [],
  );
  return [...new Set(commits)];
}

/** The step that failed a Promotion, by its place, and why, in the words of the step alone. */
export function failedStep(
  promotion: Promotion,
): { index: number; title: string; message: string } | undefined {
  if (!['Failed', 'Errored'].includes(promotion.status?.phase ?? '')) {
    return undefined;
  }
  const steps = stepViews(promotion);
  const index = steps.findIndex(
    ({ state, continueOnError }) =>
      !continueOnError && (state === 'Failed' || state === 'Errored'),
  );
  const step = steps.at(index);
  return index < 0 || !step
    ? undefined
    : { index, title: stepTitle(step), message: step.message ?? '' };
}

/**
 * The step at which a Promotion that did not succeed would be retried; nothing where it
 * never came to a step.
 */
export function retriedStep(promotion: Promotion): string | undefined {
  const { phase, stepExecutionMetadata = [] } = promotion.status ?? {};
  if (isRunningPhase(phase) || phase === 'Succeeded') {
    return undefined;
  }
  const step = stepViews(promotion).find(
    ({ state, continueOnError }) =>
      !['Succeeded', 'Skipped'].includes(state) &&
      !(continueOnError && (state === 'Failed' || state === 'Errored')),
  );
  return step && stepExecutionMetadata.length > 0 ? stepTitle(step) : undefined;
}

/** The Promotion that this one goes on for, from the step that failed. */
export function retriedPromotion(promotion: Promotion): string | undefined {
  return promotion.metadata.annotations?.[ANNOTATIONS.retryOf];
}

/**
 * Links in a step's output: `pr.url`, `commitURL`, and each `{url, label}` of `links`. Only web
 * addresses, because an output is foreign text and other schemes can run code.
 */
export function stepLinks(output: JsonValue | undefined): StepLink[] {
  if (!isObject(output)) {
    return [];
  }
  const pullRequest = isObject(output.pr) ? output.pr.url : undefined;
  const listed = Array.isArray(output.links)
    ? output.links.filter(isObject)
    : [];
  return [
    { url: pullRequest, what: 'pullRequest' as const },
    { url: output.commitURL, what: 'commit' as const },
    ...listed.map(({ url, label }) => ({
      url,
      ...(typeof label === 'string' && { title: label }),
    })),
  ].filter((link): link is StepLink => isWebAddress(link.url));
}

/** Who started a Promotion, without the prefix that says how they signed in. */
export function promotionActor(promotion: Promotion): string | undefined {
  const actor = promotion.metadata.annotations?.[ANNOTATIONS.createActor];
  return actor && !isAutomatic(promotion) ? actorName(actor) : undefined;
}

/** Who acted, without the prefix that says how they signed in. */
export function actorName(actor: string): string {
  const colon = actor.indexOf(':');
  const rest = actor.slice(colon + 1);
  // An entity reference keeps its kind: `user:default/ana`.
  return colon > 0 && !rest.includes('/') ? rest : actor;
}

/** Whether automation started a Promotion: whoever else does is written on it. */
export function isAutomatic(promotion: Promotion): boolean {
  const actor = promotion.metadata.annotations?.[ANNOTATIONS.createActor];
  return !actor || actor.startsWith('controller:');
}

/** Whether somebody asked to stop a Promotion that has not stopped yet. */
export function isAbortRequested(promotion: Promotion): boolean {
  return Boolean(promotion.metadata.annotations?.[ANNOTATIONS.abort]);
}

/** Milliseconds between two times; until now when the second is missing. */
export function elapsedMs(
  from: string | undefined,
  to: string | undefined,
  nowMs: number,
): number | undefined {
  if (!from) {
    return undefined;
  }
  return Math.max(0, (to ? Date.parse(to) : nowMs) - Date.parse(from));
}

/** Phases in which something happens without anybody's doing. */
function isRunningPhase(phase: PromotionPhase | undefined): boolean {
  return phase === 'Running' || phase === 'Pending' || !phase;
}

function isWebAddress(url: unknown): url is string {
  return typeof url === 'string' && /^https?:\/\//i.test(url);
}

/** Whether a value has fields. */
export function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function hasContent(value: JsonValue | undefined): boolean {
  if (isObject(value)) {
    return Object.keys(value).length > 0;
  }
  return value !== undefined && value !== null;
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
