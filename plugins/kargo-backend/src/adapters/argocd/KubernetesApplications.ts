import { CustomObjectsApi, KubeConfig } from '@kubernetes/client-node';
import { Application, ApplicationKey } from 'backstage-plugin-kargo-node';
import { ApplicationPatch } from '../../ports/ArgoCd';
import { kubernetesClient } from '../kubernetes/client';
import { ClusterConnection } from '../kubernetes/ClusterConnection';
import { ApplicationSchema } from './applicationSchema';

/** Applications in the API of Kubernetes. */
export const APPLICATIONS = {
  group: 'argoproj.io',
  version: 'v1alpha1',
  plural: 'applications',
} as const;

const PAGE = 250;

/** A page of a list, as far as it is read. */
interface ListPage {
  items?: unknown[];
  metadata?: { continue?: string; resourceVersion?: string };
}

/** Applications, and the revision of the cluster as of which they are. */
export interface ApplicationList {
  items: Application[];
  resourceVersion: string;
}

/** Applications of one cluster, through the API of Kubernetes. */
export class KubernetesApplications {
  readonly #api: CustomObjectsApi;
  readonly #connection: ClusterConnection;

  static create(options: {
    name: string;
    kubeConfig: KubeConfig;
  }): KubernetesApplications {
    return new KubernetesApplications(options);
  }

  private constructor(options: { name: string; kubeConfig: KubeConfig }) {
    this.#connection = ClusterConnection.create({
      ...options,
      settings: 'kargo.argocd.clusters',
      unknownKind: 'knows no Applications: Argo CD is not installed there',
    });
    this.#api = options.kubeConfig.makeApiClient(
      kubernetesClient().CustomObjectsApi,
    );
  }

  async find(
    key: ApplicationKey,
    signal: AbortSignal,
  ): Promise<Application | undefined> {
    const what = `get Application "${key.namespace}/${key.name}"`;
    const found = await this.#connection.find(what, signal, options =>
      this.#api.getNamespacedCustomObject({ ...APPLICATIONS, ...key }, options),
    );
    return found === undefined ? undefined : ApplicationSchema.parse(found);
  }

  /** @param namespace - `undefined` for all of them */
  async list(
    namespace: string | undefined,
    selector: string,
    signal: AbortSignal,
  ): Promise<ApplicationList> {
    const what = `list Applications${
      namespace === undefined ? '' : ` in namespace "${namespace}"`
    }`;
    const items: Application[] = [];
    for (let cursor: string | undefined; ; ) {
      const query = {
        ...APPLICATIONS,
        ...(selector && { labelSelector: selector }),
        limit: PAGE,
        ...(cursor && { _continue: cursor }),
      };
      const page: ListPage = await this.#connection.ask(what, signal, options =>
        namespace === undefined
          ? this.#api.listCustomObjectForAllNamespaces(
              { ...query, resourcePlural: APPLICATIONS.plural },
              options,
            )
          : this.#api.listNamespacedCustomObject(
              { ...query, namespace },
              options,
            ),
      );
      // One that cannot be read is none that a step could work with.
      items.push(
        ...(page.items ?? []).flatMap(
          item => ApplicationSchema.safeParse(item).data ?? [],
        ),
      );
      cursor = page.metadata?.continue;
      if (!cursor) {
        return { items, resourceVersion: page.metadata?.resourceVersion ?? '' };
      }
    }
  }

  async patch(
    key: ApplicationKey,
    body: ApplicationPatch,
    signal: AbortSignal,
  ): Promise<void> {
    const what = `change Application "${key.namespace}/${key.name}"`;
    await this.#connection.ask(what, signal, options =>
      this.#api.patchNamespacedCustomObject(
        { ...APPLICATIONS, ...key, body },
        options,
      ),
    );
  }
}
