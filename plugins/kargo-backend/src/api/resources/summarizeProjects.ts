import {
  kargoProjectReadPermission,
  kargoStageApprovePermission,
  kargoStagePromotePermission,
  Project,
  ProjectSummary,
  Stage,
  WaitingItem,
} from 'backstage-plugin-kargo-common';
import {
  summarizeProject,
  Waiting,
} from '../../logic/waiting/summarizeProject';
import { waitingItems } from '../../logic/waiting/waitingItems';
import { IndexedStore } from '../../ports/ResourceIndex';
import { Access } from '../server/Access';
import { RequestReads } from '../server/RequestReads';
import { findNewerFreight } from './newerFreight';
import { isToldOf } from './isToldOf';

/** Most Stages that one request looks at, in all its projects together. */
const MOST_STAGES = 2_500;

/** What summaries tell, as the operations do that tell it in full. */
const TOLD = ['listStages', 'queryFreight'] as const;

/** Where summaries are read, for whom, and at which time, in epoch milliseconds. */
export interface SummarySources {
  store: IndexedStore;
  reads: RequestReads;
  access: Access;
  nowMs: number;
}

/** Something that waits in a Stage of a project. */
interface Found {
  project: Project;
  stage: Stage;
  item: WaitingItem;
}

/**
 * Projects at a glance, in the order of their names as given. Left out is whatever the caller
 * may not look into, and what is too large to be looked into with those before it.
 */
export async function summarizeProjects(
  sources: SummarySources,
  names: readonly string[],
): Promise<ProjectSummary[]> {
  const { store, access, nowMs } = sources;
  access.prepare([
    kargoProjectReadPermission,
    kargoStagePromotePermission,
    kargoStageApprovePermission,
  ]);
  const counted = withinReach(
    await readableProjects(sources, names),
    ({ status }) => status?.stats?.stages.count ?? 0,
  );
  const read = await store.listFirst(
    'Stage',
    counted.map(({ metadata }) => ({
      namespace: metadata.name,
      index: { name: 'any', value: '' },
    })),
    { limit: MOST_STAGES + 1 },
  );
  // The engine may not have counted yet what is there.
  const reached = withinReach(
    counted.map((project, index) => ({ project, stages: read[index] })),
    ({ stages }) => stages.length,
  );
  const newer = await findNewerFreight(
    sources,
    reached.flatMap(({ stages }) => stages),
    nowMs,
  );
  const found = reached.flatMap(({ project, stages }) =>
    stages.flatMap(stage =>
      waitingItems(stage, newer.get(stage) ?? []).map(
        (item): Found => ({ project, stage, item }),
      ),
    ),
  );
  const waiting = await judge(access, found);
  return reached.map(({ project, stages }) =>
    summarizeProject(
      project.metadata.name,
      stages,
      waiting.filter((_, at) => found[at].project === project),
    ),
  );
}

/** Projects of whose pipelines the caller may see everything. */
async function readableProjects(
  { store, access }: SummarySources,
  names: readonly string[],
): Promise<Project[]> {
  const { items } = await store.list('Project', {
    ...{ namespace: '', names: [...names], shared: true },
  });
  const mayRead = await access.mayReadAll(items);
  const readable = new Map(
    items
      .filter(
        ({ metadata }, index) =>
          mayRead[index] && isToldOf(access, metadata.name, TOLD),
      )
      .map(project => [project.metadata.name, project]),
  );
  return [...new Set(names)].flatMap(name => readable.get(name) ?? []);
}

/** As many as have no more Stages together than one request looks at. */
function withinReach<T>(
  projects: readonly T[],
  countStages: (project: T) => number,
): T[] {
  let left = MOST_STAGES;
  return projects.filter(project => {
    const count = countStages(project);
    if (count > left) {
      return false;
    }
    left -= count;
    return true;
  });
}

/** For whom each thing waits. */
async function judge(
  access: Access,
  found: readonly Found[],
): Promise<Waiting[]> {
  const stages = found.map(({ stage }) => stage);
  const [promote, approve] = await Promise.all([
    access.onStages(kargoStagePromotePermission, stages),
    access.onStages(kargoStageApprovePermission, stages),
  ]);
  return Promise.all(
    found.map(async ({ project, stage, item }, index) => {
      const verdict = item.kind === 'approve' ? approve[index] : promote[index];
      return {
        item,
        isForCaller: verdict.allowed,
        owners: verdict.allowed
          ? []
          : await otherOwners(access, project, stage),
      };
    }),
  );
}

/**
 * Owners of a Stage, as far as they may do what the caller may not: of callers who own it
 * themselves nobody knows whom the policy lets do it instead.
 */
async function otherOwners(
  access: Access,
  project: Project,
  stage: Stage,
): Promise<string[]> {
  const [owners, claims] = await Promise.all([
    access.ownersOf(project, stage),
    access.claims(),
  ]);
  return owners.some(owner => claims.has(owner)) ? [] : owners;
}
