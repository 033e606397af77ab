import { LoggerService } from '@backstage/backend-plugin-api';
import { toError } from '@backstage/errors';
import { KubeConfig } from '@kubernetes/client-node';
import { Application, ApplicationKey } from 'backstage-plugin-kargo-node';
import { digestApplication } from '../../logic/argocd/applicationChange';
import { backoff, BackoffPolicy } from '../../logic/backoff';
import { Clock } from '../../ports/Clock';
import { watchEvents, WatchRefusedError } from '../kubernetes/watchEvents';
import { ApplicationSchema } from './applicationSchema';
import { ApplicationEvent } from './ApplicationInterest';
import { APPLICATIONS, KubernetesApplications } from './KubernetesApplications';

const WATCH_BACKOFF: BackoffPolicy = {
  initialMs: 1_000,
  maxMs: 60_000,
  factor: 2,
};
/** Between two watches: servers may end them at once. */
const PAUSE_MS = 1_000;
/** The code with which a watch tells that its revision is older than what the server remembers. */
const GONE = 410;

/** What a watch needs. */
export interface ApplicationWatchOptions {
  name: string;
  /** Watched alone where the credentials allow no watch of all namespaces. */
  namespace: string;
  kubeConfig: KubeConfig;
  applications: KubernetesApplications;
  clock: Clock;
  random: () => number;
  logger: LoggerService;
  onEvent(event: ApplicationEvent): void;
}

interface Known {
  key: ApplicationKey;
  labels: Record<string, string>;
  digest: string;
}

/**
 * Follows the Applications of a cluster and tells of changes that matter.
 *
 * @remarks
 * Lists, then watches from the revision of the list; when a watch ends, it goes on from
 * the last revision it heard of, and lists again when the server has forgotten that one.
 * What changed between is found by comparing with what was known. Of each Application only
 * a digest is kept.
 */
export class ApplicationWatch {
  readonly #options: ApplicationWatchOptions;
  readonly #known = new Map<string, Known>();
  readonly #stop = new AbortController();
  #running?: Promise<void>;

  static create(options: ApplicationWatchOptions): ApplicationWatch {
    return new ApplicationWatch(options);
  }

  private constructor(options: ApplicationWatchOptions) {
    this.#options = options;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  async stop(): Promise<void> {
    this.#stop.abort(new Error('The portal is stopping'));
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    const { name, clock, random, logger } = this.#options;
    for (let failures = 0; !signal.aborted; ) {
      try {
        await this.#follow(() => {
          failures = 0;
        });
        await clock.sleep(PAUSE_MS, signal);
      } catch (error) {
        if (signal.aborted) return;
        failures++;
        logger.warn('Applications of Argo CD cannot be watched', {
          cluster: name,
          reason: toError(error).message,
        });
        await clock
          .sleep(backoff(failures, WATCH_BACKOFF, random()), signal)
          // The loop ends by its condition.
          .catch(() => undefined);
      }
    }
  }

  /** From a list until the server has forgotten where we are. */
  async #follow(onListed: () => void): Promise<void> {
    const { namespace, resourceVersion } = await this.#list();
    onListed();
    for (let revision: string | undefined = resourceVersion; revision; ) {
      this.#stop.signal.throwIfAborted();
      revision = await this.#watch(namespace, revision);
      if (revision)
        await this.#options.clock.sleep(PAUSE_MS, this.#stop.signal);
    }
  }

  /** Tells of what changed since it was last known, and from where on to watch. */
  async #list(): Promise<{ namespace?: string; resourceVersion: string }> {
    const { applications, namespace } = this.#options;
    const { signal } = this.#stop;
    const listed = await applications.list(undefined, '', signal).then(
      list => ({ ...list, namespace: undefined }),
      async error => {
        if (error.name !== 'CredentialsRejectedError') throw error;
        const list = await applications.list(namespace, '', signal);
        return { ...list, namespace };
      },
    );
    const present = new Set(
      listed.items.map(application => this.#see(application)),
    );
    for (const [id, known] of this.#known) {
      if (!present.has(id)) this.#forget(id, known);
    }
    return listed;
  }

  /** @returns the revision to go on from; `undefined` when the server has forgotten ours */
  async #watch(
    namespace: string | undefined,
    from: string,
  ): Promise<string | undefined> {
    const { group, version, plural } = APPLICATIONS;
    const place = namespace === undefined ? '' : `namespaces/${namespace}/`;
    let revision: string | undefined = from;
    const onEvent = (type: string, object: unknown) => {
      revision = this.#take(type, object, revision);
    };
    const query = new URLSearchParams({
      resourceVersion: from,
      allowWatchBookmarks: 'true',
    });
    try {
      await watchEvents({
        kubeConfig: this.#options.kubeConfig,
        path: `/apis/${group}/${version}/${place}${plural}?${query}`,
        signal: this.#stop.signal,
        onEvent,
      });
    } catch (error) {
      if (error instanceof WatchRefusedError && error.status === GONE) {
        return undefined;
      }
      throw error;
    }
    return revision;
  }

  /** One event of a watch; the revision that it brought, `undefined` for "start anew". */
  #take(
    type: string,
    object: unknown,
    revision: string | undefined,
  ): string | undefined {
    if (type === 'ERROR') {
      return undefined;
    }
    const told = (object as { metadata?: { resourceVersion?: string } })
      .metadata?.resourceVersion;
    if (type !== 'BOOKMARK') {
      const application = ApplicationSchema.safeParse(object).data;
      const id = application && idOf(application.metadata);
      const known = id === undefined ? undefined : this.#known.get(id);
      if (application && type === 'DELETED') {
        if (known) this.#forget(idOf(application.metadata), known);
      } else if (application) {
        this.#see(application);
      }
    }
    // A broken watch stays one: what follows an error was not asked for.
    return revision === undefined ? undefined : told ?? revision;
  }

  #see(application: Application): string {
    const { namespace, name, labels = {} } = application.metadata;
    const key = { namespace, name };
    const id = idOf(key);
    const known = this.#known.get(id);
    const digest = digestApplication(application);
    if (known?.digest !== digest) {
      this.#known.set(id, { key, labels, digest });
      this.#options.onEvent({
        cluster: this.#options.name,
        key,
        ...(known && { before: known.labels }),
        after: labels,
      });
    }
    return id;
  }

  #forget(id: string, { key, labels }: Known): void {
    this.#known.delete(id);
    this.#options.onEvent({
      cluster: this.#options.name,
      key,
      before: labels,
    });
  }
}

function idOf({ namespace, name }: ApplicationKey): string {
  return `${namespace}/${name}`;
}
