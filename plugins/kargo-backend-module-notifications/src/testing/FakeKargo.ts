import {
  Freight,
  KARGO_API_VERSION,
  EVENT_ANNOTATION_PREFIX,
  KargoApi,
  KargoEvent,
  KargoRequestError,
  Project,
  Stage,
  WatchProgress,
} from 'backstage-plugin-kargo-common';
import { setTimeout } from 'node:timers/promises';

type Call = (...args: never[]) => unknown;

const PROJECT = 'shop';
const WAREHOUSE = { kind: 'Warehouse' as const, name: 'images' };

function metadata(name: string, annotations?: Record<string, string>) {
  return {
    name,
    namespace: PROJECT,
    uid: `uid-of-${name}`,
    resourceVersion: '1',
    generation: 1,
    creationTimestamp: '2026-03-01T12:00:00Z',
    ...(annotations && { annotations }),
  };
}

/** What a Stage of the tests is like. */
export interface StageOptions {
  sources?: Stage['spec']['requestedFreight'][number]['sources'];
  /** Absent: nobody has looked after it yet. */
  automatic?: boolean;
  /** Name of the Freight in it. */
  holds?: string;
  /** Name of the Freight that is on its way. */
  promoting?: string;
  controlFlow?: boolean;
  annotations?: Record<string, string>;
}

/** A Stage of project `shop` that takes Freight of Warehouse `images`. */
export function aStage(name: string, options: StageOptions = {}): Stage {
  const { sources = { direct: true }, automatic, holds, promoting } = options;
  const reference = (called: string) => ({ name: called, origin: WAREHOUSE });
  return {
    apiVersion: KARGO_API_VERSION,
    kind: 'Stage',
    metadata: metadata(name, options.annotations),
    spec: {
      requestedFreight: [{ origin: WAREHOUSE, sources }],
      ...(!options.controlFlow && {
        promotionTemplate: { spec: { steps: [{ uses: 'fail' }] } },
      }),
    },
    status: {
      ...(automatic !== undefined && { autoPromotionEnabled: automatic }),
      ...(holds && {
        freightHistory: [
          { id: 'c1', items: { 'Warehouse/images': reference(holds) } },
        ],
      }),
      ...(promoting && {
        currentPromotion: { name: 'p0', freight: reference(promoting) },
      }),
    },
  };
}

/** Freight of an image with that tag; a later day is newer. */
export function someFreight(
  name: string,
  tag: string,
  day: number,
  status: Freight['status'] = {},
): Freight {
  return {
    apiVersion: KARGO_API_VERSION,
    kind: 'Freight',
    metadata: metadata(name),
    alias: `the-${name}`,
    discoveredAt: `2026-03-0${day}T12:00:00Z`,
    origin: WAREHOUSE,
    images: [{ repoURL: 'ghcr.io/acme/web', tag }],
    status,
  };
}

/** An Event of project `shop`, with what Kargo keeps in its annotations. */
export function anEvent(
  type: string,
  data: Record<string, string> = {},
  { revision = 1, at = '2026-03-10T11:59:00Z', message = 'what happened' } = {},
): KargoEvent {
  const annotations = Object.fromEntries(
    Object.entries(data).map(([key, value]) => [
      EVENT_ANNOTATION_PREFIX + key,
      value,
    ]),
  );
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: {
      ...metadata(`e${revision}`, annotations),
      resourceVersion: String(revision),
      creationTimestamp: at,
    },
    type: 'Normal',
    reason: type,
    message,
    involvedObject: { apiVersion: 'v1', kind: 'Freight', name: 'f2' },
    lastTimestamp: at,
  };
}

/** The part of Kargo's API that a notifier asks, on a project `shop` in memory. */
export class FakeKargo {
  /** Names of the operations in the order in which they were asked. */
  readonly asked: string[] = [];
  stages: Stage[] = [];
  freight: Freight[] = [];
  project: Project = {
    apiVersion: KARGO_API_VERSION,
    kind: 'Project',
    metadata: { ...metadata(PROJECT), namespace: undefined },
  };
  /** `undefined` while the catalog does not tell. */
  owners: string[] | undefined = ['group:default/team'];
  /** What happened, the oldest first. */
  readonly events: KargoEvent[] = [];
  /** The oldest revision from which a watch goes on. */
  oldestRevision = 0;
  /** How far streams have come past what nobody here reads. */
  bookmark = 0;
  /** How many of those were taken. */
  bookmarksTold = 0;
  /** How many streams are open. */
  streams = 0;
  /** Makes every request fail. */
  failure: Error | undefined;
  /** Makes every request about some projects fail. */
  readonly failureIn = new Map<string, Error>();
  /** How long each request takes. */
  delayMs = 0;
  /** Most requests that were open at a time. */
  mostAtOnce = 0;
  #open = 0;
  #wakeUps = new Set<() => void>();

  /** Something happens. */
  record(...events: KargoEvent[]): void {
    this.events.push(...events);
    this.#wakeUps.forEach(wakeUp => wakeUp());
  }

  /** Others do something; streams tell how far they have come. */
  pass(revision: number): void {
    this.bookmark = revision;
    this.#wakeUps.forEach(wakeUp => wakeUp());
  }

  /** Ends the open streams. */
  breakStreams(error = new Error('terminated')): void {
    this.#broken = error;
    this.#wakeUps.forEach(wakeUp => wakeUp());
    this.#broken = undefined;
  }

  /** The server closes the open streams, as it does from time to time. */
  endStreams(): void {
    this.#closings++;
    this.#wakeUps.forEach(wakeUp => wakeUp());
  }

  #broken: Error | undefined;
  #closings = 0;

  #firstAfter(revision: number): KargoEvent | undefined {
    return this.events.find(
      event => Number(event.metadata.resourceVersion) > revision,
    );
  }

  async *#watch(
    after: number,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<WatchProgress<KargoEvent>> {
    if (after < this.oldestRevision) {
      throw new KargoRequestError(0, 'too old', 'out_of_range');
    }
    this.streams++;
    let position = after;
    const sleeper = { wakeUp: () => {} };
    const closings = this.#closings;
    let broken: Error | undefined;
    const listener = () => {
      broken ??= this.#broken;
      sleeper.wakeUp();
    };
    this.#wakeUps.add(listener);
    signal?.addEventListener('abort', listener);
    try {
      for (;;) {
        signal?.throwIfAborted();
        if (broken) throw broken;
        if (this.#closings > closings) return;
        const next = this.#firstAfter(position);
        if (next) {
          const { resourceVersion } = next.metadata;
          position = Number(resourceVersion);
          yield { type: 'ADDED', object: next, resourceVersion };
        } else if (this.bookmark > position) {
          position = this.bookmark;
          yield { type: 'BOOKMARK', resourceVersion: String(position) };
          this.bookmarksTold++;
        } else {
          await new Promise<void>(resolve => {
            sleeper.wakeUp = resolve;
          });
        }
      }
    } finally {
      this.streams--;
      this.#wakeUps.delete(listener);
      signal?.removeEventListener('abort', listener);
    }
  }

  #counted(name: string, call: Call): Call {
    return async (...args) => {
      this.asked.push(name);
      this.mostAtOnce = Math.max(this.mostAtOnce, ++this.#open);
      try {
        if (this.delayMs > 0) await setTimeout(this.delayMs);
        if (this.failure) throw this.failure;
        const [about] = args as unknown as [{ project?: string } | undefined];
        const failure = this.failureIn.get(about?.project ?? '');
        if (failure) throw failure;
        return await call(...args);
      } finally {
        this.#open--;
      }
    };
  }

  connect(): KargoApi {
    const found = <T>(what: string, item: T | undefined): T => {
      if (item === undefined) {
        throw new KargoRequestError(404, `${what} is not there`);
      }
      return item;
    };
    const operations: Partial<KargoApi> = {
      watchEvents: ({ resourceVersion } = {}, { signal } = {}) =>
        this.#watch(Number(resourceVersion), signal),
      listAllEvents: async ({ newest = 500 } = {}) => ({
        apiVersion: 'v1',
        kind: 'EventList',
        items: [...this.events].reverse().slice(0, newest),
        metadata: {
          resourceVersion: this.events.at(-1)?.metadata.resourceVersion ?? '0',
        },
      }),
      getProject: async () => this.project,
      listStages: async () => ({
        apiVersion: KARGO_API_VERSION,
        kind: 'StageList',
        items: this.stages,
        metadata: { resourceVersion: '1' },
      }),
      getStage: async ({ stage }) =>
        found(
          stage,
          this.stages.find(each => each.metadata.name === stage),
        ),
      getFreight: async ({ freight }) =>
        found(
          freight,
          this.freight.find(each => each.metadata.name === freight),
        ),
      queryFreight: async () => ({
        groups: { '': { items: this.freight } },
        resourceVersion: '1',
      }),
      getProjectAccess: async ({ stage }) => ({
        project: { manage: { allowed: true } },
        stages: Object.fromEntries(
          this.stages
            .filter(each => !stage || each.metadata.name === stage)
            .map(each => [
              each.metadata.name,
              {
                promote: { allowed: true },
                approve: { allowed: true },
                ...(this.owners && { owners: this.owners }),
              },
            ]),
        ),
      }),
    };
    return Object.fromEntries(
      Object.entries(operations).map(([name, call]) => [
        name,
        name === 'watchEvents' ? call : this.#counted(name, call as Call),
      ]),
    ) as unknown as KargoApi;
  }
}
