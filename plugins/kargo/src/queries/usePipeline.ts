import { useApi } from '@backstage/frontend-plugin-api';
import { useQuery } from '@tanstack/react-query';
import {
  Freight,
  isKargoRequestError,
  PipelineScope,
  ProjectAccess,
  selectPipeline,
  sortNewestFirst,
  Stage,
  ungroupedFreight,
  Warehouse,
} from 'backstage-plugin-kargo-common';
import { useCallback, useMemo } from 'react';
import { kargoApiRef } from '../kargoApiRef';
import { LiveState } from './ChangeStream';
import { kargoKeys } from './keys';
import { LiveList, useLiveList } from './useLiveList';

/** Everything a pipeline shows, limited to a scope. */
export interface Pipeline {
  project: string;
  stages: Stage[];
  warehouses: Warehouse[];
  /** Newest first. */
  freight: Freight[];
  /** Absent while unknown: nothing is refused in advance then, the server decides. */
  access: ProjectAccess | undefined;
  /** Whether the project holds anything outside the scope. */
  isProjectEmpty: boolean;
}

/** State of loading a pipeline. */
export interface PipelineQuery {
  pipeline: Pipeline | undefined;
  /** Why there is no pipeline to show. */
  error: Error | undefined;
  /** Why what is shown could not be loaded again. */
  failure: Error | undefined;
  live: LiveState;
  updatedAt: number;
  reload: () => void;
}

/** Loads and follows the pipeline of a scope. */
export function usePipeline(scope: PipelineScope): PipelineQuery {
  const { project } = scope;
  const stages = useStages(project);
  const warehouses = useLiveList<'warehouses'>({
    queryKey: kargoKeys.warehouses(project),
    request: { project, kind: 'warehouses' },
    list: async (api, signal) =>
      snapshotOf(await api.listWarehouses({ project }, { signal })),
  });
  const freight = useFreight(project);
  const lists: Array<LiveList<unknown>> = [stages, warehouses, freight];
  const access = useAccess(project, {
    // Nothing waits for it, and it takes the portal as long as the Stages.
    isWanted: lists.every(list => list.items !== undefined),
  });
  const pipeline = useScopedPipeline(scope, {
    stages: stages.items,
    warehouses: warehouses.items,
    freight: freight.items,
    access,
  });
  const reload = useCallback(() => {
    stages.reload();
    warehouses.reload();
    freight.reload();
  }, [stages, warehouses, freight]);
  const failure = lists.find(list => list.error)?.error;
  // Of a project that is gone nothing is left to look at, though it was loaded.
  const isGone = isKargoRequestError(failure, 404);
  return {
    pipeline: isGone ? undefined : pipeline,
    error: pipeline && !isGone ? undefined : failure,
    failure,
    live: leastLive(lists.map(list => list.live)),
    updatedAt: Math.max(...lists.map(list => list.updatedAt)),
    reload,
  };
}

/** The Stages of a project, kept current. */
export function useStages(project: string): LiveList<Stage> {
  return useLiveList<'stages'>({
    queryKey: kargoKeys.stages(project),
    request: { project, kind: 'stages' },
    list: async (api, signal) =>
      snapshotOf(await api.listStages({ project }, { signal })),
  });
}

/** The Freight of a project, kept current. */
export function useFreight(project: string): LiveList<Freight> {
  return useLiveList<'freight'>({
    queryKey: kargoKeys.freight(project),
    request: { project, kind: 'freight' },
    list: async (api, signal) => {
      const groups = await api.queryFreight({ project }, { signal });
      return {
        items: ungroupedFreight(groups),
        resourceVersion: groups.resourceVersion,
      };
    },
  });
}

/** What the viewer may do in a project; absent while unknown, or not wanted. */
export function useAccess(
  project: string,
  { isWanted = true } = {},
): ProjectAccess | undefined {
  const api = useApi(kargoApiRef);
  return useQuery({
    queryKey: kargoKeys.access(project),
    queryFn: ({ signal }) => api.getProjectAccess({ project }, { signal }),
    staleTime: 60_000,
    enabled: isWanted,
  }).data;
}

/** All that the viewer may do to a Stage that they look at; absent while unknown. */
export function useStageAccess(
  project: string,
  stage: string,
): ProjectAccess['stages'][string] | undefined {
  const api = useApi(kargoApiRef);
  return useQuery({
    queryKey: kargoKeys.stageAccess(project, stage),
    queryFn: ({ signal }) =>
      api.getProjectAccess({ project, stage }, { signal }),
    staleTime: 60_000,
  }).data?.stages[stage];
}

function useScopedPipeline(
  scope: PipelineScope,
  loaded: Partial<
    Pick<Pipeline, 'stages' | 'warehouses' | 'freight' | 'access'>
  >,
): Pipeline | undefined {
  const { stages, warehouses, freight, access } = loaded;
  const key = JSON.stringify(scope);
  return useMemo(() => {
    if (!stages || !warehouses || !freight) {
      return undefined;
    }
    const wanted: PipelineScope = JSON.parse(key);
    const selected = selectPipeline(wanted, { stages, warehouses });
    const origins = new Set(
      selected.stages
        .flatMap(stage => stage.spec.requestedFreight)
        .map(request => request.origin.name)
        .concat(selected.warehouses.map(warehouse => warehouse.metadata.name)),
    );
    return {
      project: wanted.project,
      ...selected,
      freight: sortNewestFirst(
        freight.filter(({ origin }) => origins.has(origin.name)),
      ),
      access,
      isProjectEmpty: stages.length === 0 && warehouses.length === 0,
    };
  }, [key, stages, warehouses, freight, access]);
}

function snapshotOf<T>(list: {
  items?: T[];
  metadata?: { resourceVersion: string };
}): { items: T[]; resourceVersion: string } {
  return {
    items: list.items ?? [],
    resourceVersion: list.metadata?.resourceVersion ?? '',
  };
}

const FRESHNESS: LiveState[] = [
  'live',
  'connecting',
  'reconnecting',
  'polling',
];

function leastLive(states: LiveState[]): LiveState {
  return FRESHNESS[Math.max(...states.map(state => FRESHNESS.indexOf(state)))];
}
