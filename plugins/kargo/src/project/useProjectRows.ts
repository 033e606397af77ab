import { useApi } from '@backstage/frontend-plugin-api';
import { catalogApiRef } from '@backstage/plugin-catalog-react';
import { useQuery } from '@tanstack/react-query';
import {
  KARGO_PROJECT_ANNOTATION,
  Project,
  ProjectSummary,
} from 'backstage-plugin-kargo-common';
import { kargoKeys } from '../queries/keys';
import { useProjectSummaries } from '../queries/useProjectSummaries';

/** Entities that one page of projects asks the catalog for. */
const MOST_ENTITIES = 500;

/** A project with what is known of it beside itself. */
export interface ProjectRow {
  project: Project;
  /** Owners of the entities that name the project. */
  owners: string[];
  /** Absent while unknown, and where the portal does not look into the project. */
  summary?: ProjectSummary;
}

/** Looks into the projects of a page; whatever cannot be found out is left out. */
export function useProjectRows(projects: Project[]): ProjectRow[] {
  const names = projects.map(({ metadata }) => metadata.name);
  const owners = useOwners(names);
  const summaries = useProjectSummaries(names).data?.items ?? [];
  return projects.map((project, index) => {
    const summary = summaries.find(({ project: of }) => of === names[index]);
    return {
      project,
      owners: owners.get(names[index]) ?? [],
      ...(summary && { summary }),
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
