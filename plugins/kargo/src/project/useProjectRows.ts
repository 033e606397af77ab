import { useApi } from '@backstage/frontend-plugin-api';
import { catalogApiRef } from '@backstage/plugin-catalog-react';
import { useQueries, useQuery } from '@tanstack/react-query';
import {
  KARGO_PROJECT_ANNOTATION,
  Project,
} from 'backstage-plugin-kargo-common';
import { waitingQuery } from '../home/loadWaiting';
import { kargoApiRef } from '../kargoApiRef';
import { kargoKeys } from '../queries/keys';
import { ProjectSummary, projectSummary } from './projectSummary';

/** A list does not look into projects with more Stages than this. */
const MOST_STAGES = 100;
/** Entities that one page of projects asks the catalog for. */
const MOST_ENTITIES = 500;

/** A project with what is known of it beside itself. */
export interface ProjectRow {
  project: Project;
  /** Owners of the entities that name the project. */
  owners: string[];
  /** Absent while unknown, and of projects that are too large to look into. */
  summary?: ProjectSummary;
}

/** Looks into the projects of a page; whatever cannot be found out is left out. */
export function useProjectRows(
  projects: Project[],
  nowMs: number,
): ProjectRow[] {
  const api = useApi(kargoApiRef);
  const owners = useOwners(projects.map(({ metadata }) => metadata.name));
  const contents = useQueries({
    queries: projects.map(({ metadata, status }) => ({
      ...waitingQuery(api, metadata.name),
      enabled: (status?.stats?.stages.count ?? 0) <= MOST_STAGES,
    })),
  });
  return projects.map((project, index) => {
    const { data } = contents[index];
    return {
      project,
      owners: owners.get(project.metadata.name) ?? [],
      ...(data && { summary: projectSummary(data, nowMs) }),
    };
  });
}

function useOwners(projects: string[]): ReadonlyMap<string, string[]> {
  const catalog = useApi(catalogApiRef);
  const { data } = useQuery({
    queryKey: kargoKeys.projectOwners(projects),
    queryFn: async () => {
      const { items } = await catalog.getEntities({
        filter: {
          [`metadata.annotations.${KARGO_PROJECT_ANNOTATION}`]: projects,
        },
        fields: ['metadata.annotations', 'relations'],
        limit: MOST_ENTITIES,
      });
      return ownersByProject(items);
    },
    enabled: projects.length > 0,
    staleTime: 60_000,
  });
  return data ?? new Map();
}

function ownersByProject(
  entities: Array<{
    metadata?: { annotations?: Record<string, string> };
    relations?: Array<{ type: string; targetRef: string }>;
  }>,
): Map<string, string[]> {
  const owners = new Map<string, string[]>();
  for (const { metadata, relations = [] } of entities) {
    const project = metadata?.annotations?.[KARGO_PROJECT_ANNOTATION]?.trim();
    if (project) {
      const refs = relations
        .filter(({ type }) => type === 'ownedBy')
        .map(({ targetRef }) => targetRef);
      const known = owners.get(project) ?? [];
      owners.set(project, [...new Set([...known, ...refs])].sort());
    }
  }
  return owners;
}
