import {
  ConfigurationOptions,
  KubeConfig,
  ObservableMiddleware,
  RequestContext,
} from '@kubernetes/client-node';
import { kubernetesClient } from './client';
import { toKubernetesError } from './kubernetesError';
import { limitBody } from './limitBody';

const REQUEST_MS = 30_000;
/** Of one answer. The largest is a page of Applications with their whole status. */
const MAX_ANSWER_BYTES = 128 * 1024 * 1024;

/** A cluster, and how it is reached. */
export interface Cluster {
  name: string;
  kubeConfig: KubeConfig;
  /** Where an operator configures it, for messages. */
  settings: string;
  /** What is missing from an API server that does not know what is asked for at all. */
  unknownKind: string;
  /** Bytes of one answer; what no page of objects comes to unless told. */
  maxAnswerBytes?: number;
}

/** Asks the API server of one cluster. */
export class ClusterConnection {
  readonly #cluster: Cluster;
  #dispatcher?: ReturnType<RequestContext['getDispatcher']>;

  static create(cluster: Cluster): ClusterConnection {
    return new ClusterConnection(cluster);
  }

  private constructor(cluster: Cluster) {
    this.#cluster = cluster;
  }

  /**
   * Makes one request.
   *
   * @param what - is tried, for messages
   * @throws the signal's reason when cancelled, otherwise as `toKubernetesError` tells
   */
  async ask<T>(
    what: string,
    signal: AbortSignal,
    call: (options: ConfigurationOptions) => Promise<T>,
  ): Promise<T> {
    signal.throwIfAborted();
    const limited = AbortSignal.any([signal, AbortSignal.timeout(REQUEST_MS)]);
    try {
      return await call({
        middleware: [this.#middleware(limited)],
        middlewareMergeStrategy: 'append',
      });
    } catch (error) {
      signal.throwIfAborted();
      const named = toKubernetesError(error, { what, ...this.#cluster });
      if (named.name === 'CredentialsRejectedError') {
        // A client certificate may have been renewed.
        this.#dispatcher = undefined;
      }
      throw named;
    }
  }

  /** As `ask`; `undefined` when the object that is asked for is not there. */
  async find<T>(
    what: string,
    signal: AbortSignal,
    call: (options: ConfigurationOptions) => Promise<T>,
  ): Promise<T | undefined> {
    try {
      return await this.ask(what, signal, call);
    } catch (error) {
      if ((error as Error).name === 'NotFoundError') {
        return undefined;
      }
      throw error;
    }
  }

  /**
   * Gives a request its time and the connections of the requests before it: the library
   * makes new ones for each; and its answer a limit, of which the library knows none. Patches are merges, which the library does not take them for.
   */
  #middleware(signal: AbortSignal): ObservableMiddleware {
    const { Observable, PatchStrategy, ResponseContext } = kubernetesClient();
    return {
      pre: request => {
        request.setSignal(signal);
        this.#dispatcher ??= request.getDispatcher();
        if (this.#dispatcher) {
          request.setDispatcher(this.#dispatcher);
        }
        if (request.getHttpMethod() === 'PATCH') {
          request.setHeaderParam('Content-Type', PatchStrategy.MergePatch);
        }
        return new Observable(Promise.resolve(request));
      },
      post: ({ httpStatusCode, headers, body }) =>
        new Observable(
          Promise.resolve(
            new ResponseContext(
              httpStatusCode,
              headers,
              limitBody(body, this.#cluster.maxAnswerBytes ?? MAX_ANSWER_BYTES),
            ),
          ),
        ),
    };
  }
}
