import { useApi } from '@backstage/frontend-plugin-api';
import { useQueries, useQuery } from '@tanstack/react-query';
import {
  KargoApi,
  Project,
  RequestOptions,
} from 'backstage-plugin-kargo-common';
import { kargoApiRef } from '../kargoApiRef';
import { kargoKeys } from '../queries/keys';
import { waitingQuery } from './loadWaiting';
import { WaitingItem, waitingItems } from './waitingModel';

/** More projects than this are not looked into from a home page. */
const MOST_PROJECTS = 10;
const LOOK_AGAIN_MS = 60_000;

/** What waits for the viewer, in the projects that were looked into. */
export interface WaitingQuery {
  items: WaitingItem[] | undefined;
  /** Projects without one of the viewer's own, looked into or not. */
  total: number;
  /** In how many something could be found. */
  lookedInto: number;
  error: Error | undefined;
  reload: () => void;
}

/** Looks into the viewer's projects first, then into others, as far as there is room. */
export function useWaitingForYou(nowMs: number): WaitingQuery {
  const api = useApi(kargoApiRef);
  const projects = useQuery({
    queryKey: kargoKeys.myProjects(),
    queryFn: ({ signal }) => listMineFirst(api, { signal }),
    refetchInterval: LOOK_AGAIN_MS,
  });
  const names = projects.data?.names ?? [];
  const contents = useQueries({
    queries: names.map(name => waitingQuery(api, name)),
  });
  const loaded = contents.flatMap(({ data }) => data ?? []);
  const isDone = contents.every(({ isPending }) => !isPending);
  const failure = contents.find(query => query.error)?.error;
  // One project that cannot be looked into keeps nothing of the others from the viewer.
  const error = projects.error ?? (loaded.length > 0 ? undefined : failure);
  return {
    items:
      projects.data && isDone && (loaded.length > 0 || !error)
        ? waitingItems(loaded, nowMs)
        : undefined,
    total: projects.data?.total ?? 0,
    lookedInto: loaded.length,
    error: error ?? undefined,
    reload: () => {
      projects.refetch();
      contents.forEach(query => query.refetch());
    },
  };
}

async function listMineFirst(
  api: KargoApi,
  options: RequestOptions,
): Promise<{ names: string[]; total: number }> {
  const page = { page: 0, pageSize: MOST_PROJECTS };
  const [mine, all] = await Promise.all([
    api.listProjects({ mine: true, ...page }, options),
    api.listProjects(page, options),
  ]);
  const names = new Set(
    [...(mine.items ?? []), ...(all.items ?? [])].map(nameOf),
  );
  return { names: [...names].slice(0, MOST_PROJECTS), total: all.total };
}

function nameOf(project: Project): string {
  return project.metadata.name;
}
