import { PromotionStep } from 'backstage-plugin-kargo-common';
import { AnyStep } from 'backstage-plugin-kargo-node';

/** Why a step of a kind that the installation does not have cannot run. */
export function describeUnknownKind(
  { uses }: PromotionStep,
  steps: ReadonlyMap<string, AnyStep>,
): string {
  const known = [...steps.keys()].join(', ');
  return `step kind "${uses}" is not registered; known kinds are ${known}`;
}
