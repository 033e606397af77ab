import { KindName, KINDS, Resource } from 'backstage-plugin-kargo-common';
import {
  ListOptions,
  ResourceList,
  ResourceStore,
} from '../ports/ResourceStore';
import { Answer, ApiServices } from './route';

/** A list in the form of the Kubernetes API. */
export function listBody(kind: KindName, list: ResourceList) {
  return {
    apiVersion: KINDS[kind].apiVersion,
    kind: `${kind}List`,
    metadata: { resourceVersion: list.resourceVersion },
    items: list.items,
  };
}

/** Lists resources of a kind. */
export async function answerList(
  store: ResourceStore,
  kind: KindName,
  options: ListOptions,
): Promise<Answer> {
  return { status: 200, body: listBody(kind, await store.list(kind, options)) };
}

/** What a request for a watch says. */
export interface WatchQuery {
  watch?: boolean;
  resourceVersion?: string;
}

/** Streams changes of a kind, from a revision on if the request names one. */
export function answerWatch(
  { store }: Pick<ApiServices, 'store'>,
  kind: KindName,
  options: ListOptions,
  { resourceVersion }: WatchQuery,
): Answer {
  return {
    watch: signal =>
      store.watch<Resource>(kind, {
        ...options,
        signal,
        ...(resourceVersion !== undefined && { resourceVersion }),
      }),
  };
}
