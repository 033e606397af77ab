import { type IndexedStore } from 'backstage-plugin-kargo-backend/src/ports/ResourceIndex';
import { type ScenarioDatabase } from 'backstage-plugin-kargo-backend/src/testing/ScenarioDatabase';

type Knex = ScenarioDatabase['knex'];

const READS: ReadonlySet<string | symbol> = new Set(['find', 'get', 'list']);

/** What was read of a kind since it was last written, by the question. */
interface KindMemory {
  revision: number;
  readonly answers: Map<string, unknown>;
}

/**
 * Asks a store whatever is asked, but nothing twice before its kind was written again: of an
 * engine at rest very much is asked, and little changes from one rest to the next.
 */
export class RememberedReads {
  readonly #kinds = new Map<string, KindMemory>();
  /** Reads as the store does; what it answers must not be changed. */
  readonly store: IndexedStore;

  static create(store: IndexedStore, knex: Knex): RememberedReads {
    return new RememberedReads(store, knex);
  }

  private constructor(store: IndexedStore, private readonly knex: Knex) {
    this.store = new Proxy(store, {
      get: (target, name) => {
        const member: unknown = Reflect.get(target, name, target);
        if (typeof member !== 'function') return member;
        return (...asked: unknown[]) => {
          const ask = () => member.apply(target, asked);
          return READS.has(name) ? this.#recall([name, ...asked], ask) : ask();
        };
      },
    });
  }

  /** Forgets what was read of kinds that were written since; to be called once the engine rests. */
  async renew(): Promise<void> {
    const written: Array<{ kind: string; revision: number | string }> =
      await this.knex('resource_changes')
        .select('kind')
        .max({ revision: 'revision' })
        .groupBy('kind');
    for (const { kind, revision } of written) {
      if (this.#kinds.get(kind)?.revision !== Number(revision)) {
        this.#kinds.set(kind, {
          revision: Number(revision),
          answers: new Map(),
        });
      }
    }
  }

  #recall(question: readonly unknown[], ask: () => unknown): unknown {
    const [, about] = question;
    const kind =
      typeof about === 'string' ? about : (about as { kind: string }).kind;
    const memory = this.#kinds.get(kind);
    // Of a kind that was never written there is nothing to forget.
    if (!memory) return ask();
    const key = JSON.stringify(question);
    if (!memory.answers.has(key)) {
      memory.answers.set(key, ask());
    }
    return memory.answers.get(key);
  }
}
