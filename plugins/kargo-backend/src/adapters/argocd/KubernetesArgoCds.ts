import { LoggerService } from '@backstage/backend-plugin-api';
import { InputError, toError } from '@backstage/errors';
import { KubeConfig } from '@kubernetes/client-node';
import { ResourceKey } from 'backstage-plugin-kargo-common';
import { TerminalError } from 'backstage-plugin-kargo-node';
import { writeSelector } from '../../logic/argocd/applicationSelector';
import { ArgoCd, ArgoCds } from '../../ports/ArgoCd';
import { Clock } from '../../ports/Clock';
import { ApplicationInterest } from './ApplicationInterest';
import { ApplicationWatch } from './ApplicationWatch';
import { KubernetesApplications } from './KubernetesApplications';

/** A cluster with an Argo CD, and how it is reached. */
export interface ArgoCdCluster {
  name: string;
  namespace: string;
  kubeConfig: KubeConfig;
}

/** What the Argo CDs need. */
export interface KubernetesArgoCdsOptions {
  clusters: ArgoCdCluster[];
  clock: Clock;
  random: () => number;
  logger: LoggerService;
  /** Marks those who are to look again. */
  wake(keys: ResourceKey[]): Promise<void>;
}

interface Connected extends ArgoCdCluster {
  applications: KubernetesApplications;
  watch: ApplicationWatch;
}

/** The Argo CDs of the configured clusters, whose Applications are watched while this runs. */
export class KubernetesArgoCds implements ArgoCds {
  readonly #clusters: Connected[];
  readonly #interest = new ApplicationInterest();

  static create(options: KubernetesArgoCdsOptions): KubernetesArgoCds {
    return new KubernetesArgoCds(options);
  }

  private constructor(options: KubernetesArgoCdsOptions) {
    const { wake, logger } = options;
    this.#clusters = options.clusters.map(cluster => {
      const applications = KubernetesApplications.create(cluster);
      const watch = ApplicationWatch.create({
        ...options,
        ...cluster,
        applications,
        onEvent: event => {
          const keys = this.#interest.take(event);
          if (keys.length === 0) return;
          // A lost hint costs time: everybody looks again by a timer, too.
          wake(keys).catch(error =>
            logger.warn('Failed to wake who waits for Argo CD', toError(error)),
          );
        },
      });
      return { ...cluster, applications, watch };
    });
  }

  start(): void {
    this.#clusters.forEach(({ watch }) => watch.start());
  }

  async stop(): Promise<void> {
    await Promise.all(this.#clusters.map(({ watch }) => watch.stop()));
  }

  get(shard: string | undefined, onBehalfOf: ResourceKey): ArgoCd {
    const found = shard
      ? this.#clusters.find(({ name }) => name === shard)
      : this.#clusters[0];
    if (!found) {
      throw new TerminalError(
        this.#clusters.length === 0
          ? "no Argo CD is configured: name the cluster it runs in under kargo.argocd.clusters in the portal's app-config"
          : `no Argo CD is configured for shard "${shard}": kargo.argocd.clusters in the portal's app-config has ${this.#clusters
              .map(({ name }) => `"${name}"`)
              .join(', ')}`,
      );
    }
    return this.#bind(found, onBehalfOf);
  }

  /** Who looks is registered before, so that no change is missed between. */
  #bind(
    { name: cluster, namespace: home, applications }: Connected,
    who: ResourceKey,
  ): ArgoCd {
    return {
      name: cluster,
      namespace: home,
      find: (key, { signal }) => {
        this.#interest.add(who, { cluster, key });
        return applications.find(key, signal);
      },
      list: async (namespace, selector, { signal }) => {
        const written = writeSelector(selector);
        if ('problem' in written) {
          throw new InputError(written.problem);
        }
        this.#interest.add(who, { cluster, namespace, selector });
        const { items } = await applications.list(
          namespace,
          written.text,
          signal,
        );
        return items;
      },
      patch: (key, patch, { signal }) => applications.patch(key, patch, signal),
    };
  }
}
