import { isError } from '@backstage/errors';
import {
  ConfigurationOptions,
  CustomObjectsApi,
  KubeConfig,
  Observable,
  ObservableMiddleware,
  PatchStrategy,
  RequestContext,
} from '@kubernetes/client-node';
import { Application, ApplicationKey } from 'backstage-plugin-kargo-node';
import { ApplicationPatch } from '../../ports/ArgoCd';
import { ApplicationSchema } from './applicationSchema';
import { toKubernetesError } from './kubernetesError';

/** Applications in the API of Kubernetes. */
export const APPLICATIONS = {
  group: 'argoproj.io',
  version: 'v1alpha1',
  plural: 'applications',
} as const;

const REQUEST_MS = 30_000;
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
  readonly #name: string;
  #dispatcher?: ReturnType<RequestContext['getDispatcher']>;

  static create(options: {
    name: string;
    kubeConfig: KubeConfig;
  }): KubernetesApplications {
    return new KubernetesApplications(options);
  }

  private constructor(options: { name: string; kubeConfig: KubeConfig }) {
    this.#name = options.name;
    this.#api = options.kubeConfig.makeApiClient(CustomObjectsApi);
  }

  async find(
    key: ApplicationKey,
    signal: AbortSignal,
  ): Promise<Application | undefined> {
    const what = `get Application "${key.namespace}/${key.name}"`;
    try {
      const found = await this.#ask(what, signal, options =>
        this.#api.getNamespacedCustomObject(
          { ...APPLICATIONS, ...key },
          options,
        ),
      );
      return ApplicationSchema.parse(found);
    } catch (error) {
      if (isError(error) && error.name === 'NotFoundError') {
        return undefined;
      }
      throw error;
    }
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
      const page: ListPage = await this.#ask(what, signal, options =>
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
    await this.#ask(what, signal, options =>
      this.#api.patchNamespacedCustomObject(
        { ...APPLICATIONS, ...key, body },
        options,
      ),
    );
  }

  async #ask<T>(
    what: string,
    signal: AbortSignal,
    call: (options: ConfigurationOptions) => Promise<T>,
  ): Promise<T> {
    signal.throwIfAborted();
    const limited = AbortSignal.any([signal, AbortSignal.timeout(REQUEST_MS)]);
    try {
      return await call({
        middleware: [this.#connection(limited)],
        middlewareMergeStrategy: 'append',
      });
    } catch (error) {
      signal.throwIfAborted();
      const named = toKubernetesError(error, { what, cluster: this.#name });
      if (named.name === 'CredentialsRejectedError') {
        // A client certificate may have been renewed.
        this.#dispatcher = undefined;
      }
      throw named;
    }
  }

  /**
   * Gives a request its time and the connections of the requests before it: the library
   * makes new ones for each. Patches are merges, which the library does not take them for.
   */
  #connection(signal: AbortSignal): ObservableMiddleware {
    return {
      pre: request => {
        request.setSignal(signal);
        this.#dispatcher ??= request.getDispatcher();
        if (this.#dispatcher) {
          request.setDispatcher(this.#dispatcher);
        }
        if (request.getBody() !== undefined) {
          request.setHeaderParam('Content-Type', PatchStrategy.MergePatch);
        }
        return new Observable(Promise.resolve(request));
      },
      post: response => new Observable(Promise.resolve(response)),
    };
  }
}
