import { LoggerService } from '@backstage/backend-plugin-api';
import { toError } from '@backstage/errors';
import {
  formatKey,
  keyOf,
  KindName,
  Resource,
} from 'backstage-plugin-kargo-common';
import { isNotFoundError } from 'backstage-plugin-kargo-node';
import {
  createRetentionSieve,
  isTooYoung,
  RetentionPolicy,
  RetentionPolicyName,
} from '../logic/retention/retentionSieve';
import { anyKey } from '../ports/kinds';
import { Crowd, IndexedListOptions } from '../ports/ResourceIndex';
import { KIND_MODULES } from './kinds';
import {
  KindRetention,
  RetentionJudge,
  RetentionRules,
  RetentionServices,
} from './kinds/KindModule';

/** What collecting garbage needs. */
export interface RetentionOptions extends RetentionServices {
  logger: LoggerService;
  policies: Record<RetentionPolicyName, RetentionPolicy>;
  nowMs: number;
  signal: AbortSignal;
}

type Group = Pick<Crowd, 'namespace' | 'value'>;

const EVERYTHING: Group = { namespace: '', value: '' };
const LARGEST_PAGE = 100;
const NOBODY_NEEDS: RetentionRules<Resource> = {
  loadJudge: async () => () => ({ isInUse: false, isProtected: false }),
};

/** Deletes what is old of one kind. */
class Collector {
  readonly #policy: RetentionPolicy;
  readonly #rules: RetentionRules<Resource>;
  #failures = 0;

  constructor(
    private readonly kind: KindName,
    private readonly retention: KindRetention<Resource>,
    private readonly options: RetentionOptions,
  ) {
    this.#policy = options.policies[retention.policy];
    this.#rules = retention.begin?.(options) ?? NOBODY_NEEDS;
  }

  /** Answers how many could not be deleted. */
  async collect(): Promise<number> {
    for (const group of await this.#listGroups()) {
      await this.#sift(group);
    }
    return this.#failures;
  }

  async #listGroups(): Promise<Group[]> {
    const { groupBy } = this.retention;
    return groupBy === undefined
      ? [EVERYTHING]
      : this.options.store.listCrowds(this.kind, groupBy, {
          moreThan: this.#policy.maxRetained,
        });
  }

  /** Reads as far as the sieve goes; garbage is one of what was read before. */
  async #sift(group: Group): Promise<void> {
    const { nowMs, signal } = this.options;
    const sieve = createRetentionSieve(this.#policy, nowMs);
    const seen = new Map<string, Resource>();
    let judge: RetentionJudge<Resource> | undefined;
    for await (const member of this.#oldestFirst(group)) {
      signal.throwIfAborted();
      const { name } = member.metadata;
      const createdMs = Date.parse(this.retention.since(member));
      if (!judge && isTooYoung(this.#policy, createdMs, nowMs)) {
        return;
      }
      judge ??= await this.#rules.loadJudge(group, member);
      seen.set(name, member);
      const verdict = sieve({ name, createdMs, ...judge(member) });
      const garbage = seen.get(verdict.garbage ?? '');
      if (garbage) {
        seen.delete(garbage.metadata.name);
        await this.#delete(garbage);
      }
      if (verdict.isLast) {
        return;
      }
    }
  }

  /** One to judge the age of all by, then as many as are kept, then ever more. */
  async *#oldestFirst({ namespace, value }: Group): AsyncIterable<Resource> {
    const { groupBy, orderBy } = this.retention;
    const members: IndexedListOptions = {
      ...(groupBy && { namespace, index: { name: groupBy, value } }),
      orderBy,
    };
    let limit = 1;
    let next = Math.max(this.#policy.maxRetained, 1);
    let cursor: string | undefined;
    do {
      const page = await this.options.store.list(this.kind, {
        ...members,
        limit,
        ...(cursor && { cursor }),
      });
      yield* page.items;
      cursor = page.nextCursor;
      limit = Math.min(next, LARGEST_PAGE);
      next = limit * 2;
    } while (cursor);
  }

  async #delete(resource: Resource): Promise<void> {
    const { store, logger } = this.options;
    try {
      const mayGo = (await this.#rules.beforeDelete?.(resource)) ?? true;
      if (mayGo) {
        await store.delete(anyKey(keyOf(resource)));
      }
    } catch (error) {
      if (!isNotFoundError(error)) {
        this.#failures += 1;
        const key = formatKey(keyOf(resource));
        logger.error(`Failed to delete old ${key}`, toError(error));
      }
    }
  }
}

/**
 * Deletes what is old, by the rules of each kind.
 *
 * @remarks
 * The store names the groups that are larger than what is kept, in one statement for each
 * kind; of those only the old end is read, and of one whose oldest member is too young that
 * alone. What cannot be deleted is told and does not stop the rest.
 *
 * @throws Error when something could not be deleted.
 */
export async function collectGarbage(options: RetentionOptions): Promise<void> {
  let failures = 0;
  for (const { kind, retention } of Object.values(KIND_MODULES)) {
    if (retention) {
      const collector = new Collector(kind, retention, options);
      failures += await collector.collect();
    }
  }
  if (failures > 0) {
    throw new Error(
      `${failures} resources that are old enough could not be deleted; see the log above`,
    );
  }
}
