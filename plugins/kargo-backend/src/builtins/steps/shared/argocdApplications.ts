import { LabelSelector } from 'backstage-plugin-kargo-common';
import {
  Application,
  ApplicationKey,
  StepArgoCd,
} from 'backstage-plugin-kargo-node';
import { z } from 'zod';

/** How a step names Applications: one by its name, or those with some labels. */
export const APPLICATION_FIELDS = {
  name: z.string().min(1).optional(),
  selector: LabelSelector.refine(
    ({ matchLabels, matchExpressions }) =>
      Object.keys(matchLabels ?? {}).length > 0 ||
      (matchExpressions ?? []).length > 0,
    { error: 'must have "matchLabels" or "matchExpressions" with an entry' },
  ).optional(),
  namespace: z.string().min(1).optional(),
  waitIfMissing: z.boolean().default(false),
};

/** An entry of a step's configuration that names Applications. */
export interface ApplicationEntry {
  name?: string;
  selector?: LabelSelector;
  namespace?: string;
  waitIfMissing: boolean;
}

/** What an entry names, or that there is nothing yet and the step is to wait for it. */
export type ResolvedEntry =
  | { kind: 'found'; applications: Application[] }
  | { kind: 'missing'; reason: string };

/**
 * Finds the Applications that an entry names.
 *
 * @throws Error when there is none and the entry does not say to wait.
 */
export async function resolveEntry(
  argocd: StepArgoCd,
  { name, selector, namespace: given, waitIfMissing }: ApplicationEntry,
): Promise<ResolvedEntry> {
  const namespace = given ?? argocd.namespace;
  if (name !== undefined) {
    const found = await argocd.find({ namespace, name });
    return found
      ? { kind: 'found', applications: [found] }
      : missing(
          `Application "${namespace}/${name}" does not exist`,
          waitIfMissing,
        );
  }
  const applications = await argocd.list(namespace, selector ?? {});
  return applications.length > 0
    ? { kind: 'found', applications }
    : missing(
        `no Application in namespace "${namespace}" matches the selector`,
        waitIfMissing,
      );
}

function missing(reason: string, isAwaited: boolean): ResolvedEntry {
  if (!isAwaited) {
    throw new Error(reason);
  }
  return { kind: 'missing', reason };
}

/** For messages: `argocd/guestbook`. */
export function nameOf({ metadata }: Pick<Application, 'metadata'>): string {
  return `${metadata.namespace}/${metadata.name}`;
}

/** What outputs and health checks tell of an Application. */
export function keyOfApplication({
  metadata,
}: Pick<Application, 'metadata'>): ApplicationKey {
  return { name: metadata.name, namespace: metadata.namespace };
}

/** A few of many reasons: a selector may have found hundreds of Applications. */
export function joinReasons(reasons: readonly string[]): string {
  const shown = reasons.slice(0, 3).join('; ');
  return reasons.length > 3
    ? `${shown}; and ${reasons.length - 3} more`
    : shown;
}

/** Changes wake the step at once; this is for those that were missed. */
export const LOOK_AGAIN_MS = 30_000;

/** Time for Argo CD to do its part. */
export const ARGOCD_TIMEOUT_MS = 300_000;
