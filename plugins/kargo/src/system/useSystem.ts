import { Entity, stringifyEntityRef } from '@backstage/catalog-model';
import { useApi } from '@backstage/frontend-plugin-api';
import { catalogApiRef } from '@backstage/plugin-catalog-react';
import { useQueries, useQuery } from '@tanstack/react-query';
import {
  findPipelineScope,
  KARGO_PROJECT_ANNOTATION,
  KargoApi,
  RequestOptions,
  ungroupedFreight,
} from 'backstage-plugin-kargo-common';
import { kargoApiRef } from '../kargoApiRef';
import { kargoKeys } from '../queries/keys';
import { DeliveredComponent, ProjectContent } from './systemMatrix';

const LOOK_AGAIN_MS = 30_000;

/** More projects than this are not looked into from one page. */
const MOST_PROJECTS = 20;

/** The components of a system, as far as their projects are loaded. */
export interface SystemQuery {
  components:
    | Array<DeliveredComponent & { content: ProjectContent }>
    | undefined;
  /** How many projects there are beyond those that are looked into. */
  unseen: number;
  /** Projects that could not be loaded, and why. */
  failures: Array<{ project: string; error: Error }>;
  error: Error | undefined;
  reload: () => void;
}

/** Loads the components of an entity that name a project, and each project once. */
export function useSystem(entity: Entity): SystemQuery {
  const api = useApi(kargoApiRef);
  const members = useMembers(entity);
  const all = [
    ...new Set((members.data ?? []).map(({ scope }) => scope.project)),
  ];
  const projects = all.slice(0, MOST_PROJECTS);
  const contents = useQueries({
    queries: projects.map(project => ({
      queryKey: kargoKeys.content(project),
      queryFn: ({ signal }: { signal: AbortSignal }) =>
        loadContent(api, project, { signal }),
      refetchInterval: LOOK_AGAIN_MS,
    })),
  });
  const isDone = contents.every(({ isPending }) => !isPending);
  const byProject = new Map(
    contents.map(({ data }, index) => [projects[index], data]),
  );
  return {
    components:
      members.data && isDone
        ? members.data.flatMap(member => {
            const content = byProject.get(member.scope.project);
            return content ? [{ ...member, content }] : [];
          })
        : undefined,
    unseen: all.length - projects.length,
    failures: contents.flatMap(({ error, data }, index) =>
      error && !data ? [{ project: projects[index], error }] : [],
    ),
    error: members.error ?? undefined,
    reload: () => {
      members.refetch();
      contents.forEach(({ refetch }) => refetch());
    },
  };
}

/** The relation by which components belong to what a page is about, by its kind. */
const RELATIONS: Record<string, string> = {
  group: 'ownedBy',
  user: 'ownedBy',
  resource: 'dependsOn',
};

function useMembers(entity: Entity) {
  const catalog = useApi(catalogApiRef);
  const ref = stringifyEntityRef(entity);
  const relation =
    RELATIONS[entity.kind.toLocaleLowerCase('en-US')] ?? 'partOf';
  return useQuery({
    queryKey: kargoKeys.system(ref),
    queryFn: async () => {
      const { items } = await catalog.getEntities({
        filter: { [`relations.${relation}`]: ref },
        fields: ['kind', 'metadata'],
      });
      return items.flatMap(toComponent);
    },
  });
}

function toComponent(entity: Entity): DeliveredComponent[] {
  const { annotations, name } = entity.metadata;
  const scope = annotations?.[KARGO_PROJECT_ANNOTATION]
    ? findPipelineScope(entity)
    : undefined;
  return scope ? [{ entityRef: stringifyEntityRef(entity), name, scope }] : [];
}

async function loadContent(
  api: KargoApi,
  project: string,
  options: RequestOptions,
): Promise<ProjectContent> {
  const [stages, warehouses, freight] = await Promise.all([
    api.listStages({ project }, options),
    api.listWarehouses({ project }, options),
    api.queryFreight({ project }, options),
  ]);
  return {
    stages: stages.items ?? [],
    warehouses: warehouses.items ?? [],
    freight: ungroupedFreight(freight),
  };
}
