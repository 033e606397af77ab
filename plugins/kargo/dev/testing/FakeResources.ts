import {
  NamedWatches,
  NamedWatchEvent,
  Resource,
  WatchedKinds,
  WatchEvent,
  WatchOptions,
  WatchRequest,
} from 'backstage-plugin-kargo-common';

/** Resources by what their lists are called. */
export type ResourceLists = {
  [K in keyof WatchedKinds]: Array<WatchedKinds[K]>;
};

type AnyWatch = WatchRequest<keyof WatchedKinds>;

type Listener = (
  kind: keyof WatchedKinds,
  event: WatchEvent<Resource> | 'broken',
) => void;

/** Lists of resources in memory, which may be watched. */
export class FakeResources {
  /** What every stream was opened for, as `kind name@version`. */
  readonly streams: string[][] = [];
  readonly #lists: ResourceLists;
  readonly #listeners = new Set<Listener>();
  #broken: Error | undefined;
  #version = 1;

  static create(lists: Partial<ResourceLists>): FakeResources {
    return new FakeResources(lists);
  }

  private constructor(lists: Partial<ResourceLists>) {
    this.#lists = {
      projects: [],
      stages: [],
      warehouses: [],
      freight: [],
      promotions: [],
      ...lists,
    };
  }

  /** How many streams are open. */
  get openStreams(): number {
    return this.#listeners.size;
  }

  /** Grows with every change. */
  get resourceVersion(): string {
    return String(this.#version);
  }

  /** What a list holds now. */
  all<K extends keyof WatchedKinds>(kind: K): Array<WatchedKinds[K]> {
    return this.#lists[kind];
  }

  find<K extends keyof WatchedKinds>(
    kind: K,
    name: string,
  ): WatchedKinds[K] | undefined {
    return this.all(kind).find(({ metadata }) => metadata.name === name);
  }

  /** Adds or replaces a resource and tells those who watch. */
  put<K extends keyof WatchedKinds>(kind: K, resource: WatchedKinds[K]): void {
    this.#version += 1;
    const stored = {
      ...resource,
      metadata: {
        ...resource.metadata,
        resourceVersion: this.resourceVersion,
      },
    };
    const list: Resource[] = this.all(kind);
    const index = list.findIndex(
      item => item.metadata.name === resource.metadata.name,
    );
    const copy = [...list];
    copy.splice(index < 0 ? list.length : index, index < 0 ? 0 : 1, stored);
    Object.assign(this.#lists, { [kind]: copy });
    this.#listeners.forEach(listener =>
      listener(kind, {
        type: index < 0 ? 'ADDED' : 'MODIFIED',
        object: stored,
      }),
    );
  }

  /** Removes a resource and tells those who watch. */
  remove(kind: keyof WatchedKinds, name: string): void {
    const gone = this.find(kind, name);
    if (!gone) {
      throw new Error(`There is no ${name} among the ${kind}`);
    }
    this.#version += 1;
    const left = this.all(kind).filter(item => item !== gone);
    Object.assign(this.#lists, { [kind]: left });
    this.#listeners.forEach(listener =>
      listener(kind, { type: 'DELETED', object: gone }),
    );
  }

  /** Ends every stream, and each that is opened from now on. */
  breakStreams(error: Error): void {
    this.#broken = error;
    this.#listeners.forEach(listener => listener('stages', 'broken'));
  }

  mendStreams(): void {
    this.#broken = undefined;
  }

  async *watch<W extends NamedWatches>(
    watches: W,
    options: WatchOptions = {},
  ): AsyncGenerator<NamedWatchEvent<W>> {
    this.#checkLine();
    options.onOpen?.();
    options.onActivity?.();
    const wanted = Object.entries(watches);
    this.streams.push(wanted.map(([, request]) => describeWatch(request)));
    // Without a place to go on from, a watch begins with what there is.
    const waiting: NamedWatchEvent[] = wanted
      .filter(([, request]) => !request.resourceVersion)
      .flatMap(([id, request]) =>
        this.all(request.kind)
          .filter(({ metadata }) => isWatched(request, metadata.name))
          .map(object => this.#named(id, { type: 'ADDED', object })),
      );
    const sleeper = { wake: (): void => undefined };
    const listener: Listener = (kind, event) => {
      if (event === 'broken') {
        sleeper.wake();
        return;
      }
      for (const [id, request] of wanted) {
        if (
          kind === request.kind &&
          isWatched(request, event.object.metadata.name)
        ) {
          waiting.push(this.#named(id, event));
          sleeper.wake();
        }
      }
    };
    this.#listeners.add(listener);
    try {
      while (!options.signal?.aborted) {
        this.#checkLine();
        while (waiting.length > 0) {
          // Of one of the watches that were asked for, by its name.
          yield waiting.shift() as NamedWatchEvent<W>;
        }
        await new Promise<void>(resolve => {
          sleeper.wake = resolve;
          options.signal?.addEventListener('abort', () => resolve());
        });
      }
    } finally {
      this.#listeners.delete(listener);
    }
  }

  #checkLine(): void {
    if (this.#broken) {
      throw this.#broken;
    }
  }

  #named(id: string, event: WatchEvent<Resource>): NamedWatchEvent {
    const { resourceVersion } = this;
    return { ...event, id, resourceVersion } as NamedWatchEvent;
  }
}

/** Whether a watch is of all resources, or of this one. */
function isWatched({ kind, project, name }: AnyWatch, other: string): boolean {
  return kind === 'projects'
    ? other === project
    : name === undefined || name === other;
}

function describeWatch({ kind, name, resourceVersion }: AnyWatch): string {
  return `${kind} ${name ?? '*'}@${resourceVersion ?? ''}`;
}
