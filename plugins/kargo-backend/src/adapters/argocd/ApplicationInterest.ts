import {
  formatKey,
  LabelSelector,
  matchesLabels,
  ResourceKey,
} from 'backstage-plugin-kargo-common';
import { ApplicationKey } from 'backstage-plugin-kargo-node';
import { LRUCache } from 'lru-cache';

/** More keys than wait at one time; whoever falls out is looked at by its own timer. */
const MAX_KEYS = 20_000;

/** What somebody looked at: an Application, or those of a namespace with some labels. */
export type Look =
  | { cluster: string; key: ApplicationKey }
  | { cluster: string; namespace: string; selector: LabelSelector };

/** An Application that has changed; without labels on the side on which it is not there. */
export interface ApplicationEvent {
  cluster: string;
  key: ApplicationKey;
  before?: Record<string, string>;
  after?: Record<string, string>;
}

/**
 * Who looked at which Applications and is to look again when they change.
 *
 * @remarks
 * Hints of this replica: an event uses up the looks of the keys that it wakes, which look
 * anew when they run. Who looks registers first, so that no change falls between.
 */
export class ApplicationInterest {
  readonly #looks = new LRUCache<
    string,
    { who: ResourceKey; looks: Map<string, Look> }
  >({ max: MAX_KEYS });

  add(who: ResourceKey, look: Look): void {
    const id = formatKey(who);
    const known = this.#looks.get(id)?.looks ?? new Map<string, Look>();
    known.set(JSON.stringify(look), look);
    this.#looks.set(id, { who, looks: known });
  }

  /** Whom an event concerns; they are forgotten. */
  take(event: ApplicationEvent): ResourceKey[] {
    const woken = [...this.#looks.values()]
      .filter(({ looks }) =>
        [...looks.values()].some(look => concerns(look, event)),
      )
      .map(({ who }) => who);
    for (const who of woken) {
      this.#looks.delete(formatKey(who));
    }
    return woken;
  }
}

function concerns(look: Look, event: ApplicationEvent): boolean {
  if (look.cluster !== event.cluster) {
    return false;
  }
  if ('key' in look) {
    return (
      look.key.namespace === event.key.namespace &&
      look.key.name === event.key.name
    );
  }
  return (
    look.namespace === event.key.namespace &&
    [event.before, event.after].some(
      labels => labels !== undefined && matchesLabels(look.selector, labels),
    )
  );
}
