import { useApi } from '@backstage/frontend-plugin-api';
import { useQuery } from '@tanstack/react-query';
import {
  compareWaitingItems,
  KargoApi,
  Project,
  ProjectSummary,
  RequestOptions,
  WaitingItem,
} from 'backstage-plugin-kargo-common';
import { kargoApiRef } from '../kargoApiRef';
import { kargoKeys } from '../queries/keys';
import { useProjectSummaries } from '../queries/useProjectSummaries';

/** More projects than this are not looked into from a home page. */
const MOST_PROJECTS = 10;
const LOOK_AGAIN_MS = 60_000;

/** Something that waits for the viewer, and where. */
export type ProjectItem = WaitingItem & { project: string };

/** What waits for the viewer, in the projects that were looked into. */
export interface WaitingQuery {
  items: ProjectItem[] | undefined;
  /** Projects without one of the viewer's own, looked into or not. */
  total: number;
  /** In how many something could be found. */
  lookedInto: number;
  error: Error | undefined;
  reload: () => void;
}

/** Looks into the viewer's projects first, then into others, as far as there is room. */
export function useWaitingForYou(): WaitingQuery {
  const api = useApi(kargoApiRef);
  const projects = useQuery({
    queryKey: kargoKeys.myProjects(),
    queryFn: ({ signal }) => listMineFirst(api, { signal }),
    refetchInterval: LOOK_AGAIN_MS,
  });
  const names = projects.data?.names ?? [];
  const summaries = useProjectSummaries(names);
  const found =
    projects.data && names.length === 0 ? [] : summaries.data?.items;
  return {
    items: found && waitingForViewer(found),
    total: projects.data?.total ?? 0,
    lookedInto: found?.length ?? 0,
    error: projects.error ?? summaries.error ?? undefined,
    reload: () => {
      projects.refetch();
      if (names.length > 0) {
        summaries.refetch();
      }
    },
  };
}

/** Over all projects, the most pressing first. */
function waitingForViewer(summaries: readonly ProjectSummary[]): ProjectItem[] {
  return summaries
    .flatMap(({ project, forCaller }) =>
      forCaller.map(item => ({ ...item, project })),
    )
    .sort(compareWaitingItems);
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
