import {
  EVENT_ANNOTATION_PREFIX,
  KargoEvent,
  Promotion,
} from 'backstage-plugin-kargo-common';
import {
  actorName,
  isAutomatic,
  promotionActor,
} from '../promotion/promotionModel';

/** Who acts when nobody does: the prefix under which automation signs. */
export const AUTOMATION = 'controller';

/** Of which Stage and by whom; empty for all. */
export interface ActivityFilter {
  stage: string;
  actor: string;
}

/** Which Stage something concerned and who did it, as far as that is known. */
export type Deed = Partial<ActivityFilter>;

/** What a Promotion tells of itself. */
export function promotionDeed(promotion: Promotion): Deed {
  return {
    stage: promotion.spec.stage,
    actor: isAutomatic(promotion) ? AUTOMATION : promotionActor(promotion),
  };
}

/** What an event tells of itself. */
export function eventDeed(event: KargoEvent): Deed {
  const told = event.metadata.annotations ?? {};
  const { kind, name } = event.involvedObject;
  const actor = told[`${EVENT_ANNOTATION_PREFIX}actor`];
  return {
    stage:
      told[`${EVENT_ANNOTATION_PREFIX}stage-name`] ??
      (kind === 'Stage' ? name : undefined),
    actor: actor?.startsWith(`${AUTOMATION}:`)
      ? AUTOMATION
      : actor && actorName(actor),
  };
}

/** Whether something is of the Stage and by the person that are asked for. */
export function isWanted(filter: ActivityFilter, deed: Deed): boolean {
  return (
    (!filter.stage || filter.stage === deed.stage) &&
    (!filter.actor || filter.actor === deed.actor)
  );
}

/** What can be asked for: what is there, and what is asked for already; each once, by name. */
export function filterOptions(
  name: keyof ActivityFilter,
  deeds: readonly Deed[],
  filter: ActivityFilter,
): string[] {
  const names = [filter, ...deeds].flatMap(each => each[name] || []);
  return [...new Set(names)].sort((one, other) => one.localeCompare(other));
}
