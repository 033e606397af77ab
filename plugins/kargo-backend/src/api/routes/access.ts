import { BasicPermission } from '@backstage/plugin-permission-common';
import {
  AccessVerdict,
  kargoClusterManagePermission,
  kargoFreightAliasPermission,
  kargoProjectCreatePermission,
  kargoProjectManagePermission,
  kargoPromotionAbortPermission,
  kargoStageApprovePermission,
  kargoStagePromotePermission,
  kargoStageVerifyPermission,
  Project,
  ProjectAccess,
  Stage,
} from 'backstage-plugin-kargo-common';
import { z } from 'zod';
import { IndexedStore } from '../../ports/ResourceIndex';
import { stageInQuery, stageKey } from '../resources/getStage';
import { isToldOf } from '../resources/isToldOf';
import { Access } from '../server/Access';
import { describeDenial } from '../server/describeDenial';
import { createRoute } from '../server/route';

const STAGE_PERMISSIONS = [
  kargoStagePromotePermission,
  kargoStageApprovePermission,
];

/** Asked of what a person looks at: of hundreds of Stages nobody needs them all. */
const ONE_STAGE_PERMISSIONS = [
  kargoStageVerifyPermission,
  kargoPromotionAbortPermission,
];

const getAccess = createRoute('getProjectAccess', {
  summary:
    'Tells what the caller may do in a project, and whom to ask for the rest',
  query: {
    stage: z
      .string()
      .optional()
      .describe(
        'This Stage alone, and whether the caller may verify and abort there',
      ),
  },
  answers: { 200: 'ProjectAccess' },
  readsAhead: stageInQuery,
  handle: async ({ project, query, caller, reads }, { store }) => {
    const { access } = caller;
    const namespace = project.metadata.name;
    const { stage: name } = query;
    access.prepare([
      kargoProjectManagePermission,
      kargoFreightAliasPermission,
      ...STAGE_PERMISSIONS,
      ...(name === undefined ? [] : ONE_STAGE_PERMISSIONS),
    ]);
    const stages =
      name === undefined
        ? await listStages(access, store, namespace)
        : [(await reads.get(stageKey(namespace, name))).resource];
    const [manage, alias, ofStages] = await Promise.all([
      access.onProject(kargoProjectManagePermission, project),
      access.onProject(kargoFreightAliasPermission, project),
      accessToStages(access, project, stages, name !== undefined),
    ]);
    const body: ProjectAccess = {
      project: { manage, alias },
      stages: ofStages,
      // Any of the Stages may confirm an entity.
      ...(name === undefined && {
        unconfirmedEntities: await access.unconfirmedEntities(
          project,
          stages,
          manage.allowed ? 'everybody' : 'caller',
        ),
      }),
    };
    return { status: 200, body };
  },
});

/** None for a token whose role may not list them. */
async function listStages(
  access: Access,
  store: IndexedStore,
  namespace: string,
): Promise<Stage[]> {
  return isToldOf(access, namespace, ['listStages'])
    ? (await store.list('Stage', { namespace })).items
    : [];
}

async function accessToStages(
  access: Access,
  project: Project,
  stages: Stage[],
  isOne: boolean,
): Promise<ProjectAccess['stages']> {
  const [promote, approve, verify, abort, owners] = await Promise.all([
    access.onStages(kargoStagePromotePermission, stages),
    access.onStages(kargoStageApprovePermission, stages),
    isOne ? access.onStages(kargoStageVerifyPermission, stages) : [],
    isOne ? access.onStages(kargoPromotionAbortPermission, stages) : [],
    Promise.all(stages.map(stage => access.findOwnersOf(project, stage))),
  ]);
  const isDenied = [promote, approve, verify, abort]
    .flat()
    .some(({ allowed }) => !allowed);
  const claims: ReadonlySet<string> = isDenied
    ? await access.claims()
    : new Set();
  return Object.fromEntries(
    stages.map((stage, index) => [
      stage.metadata.name,
      {
        promote: promote[index],
        approve: approve[index],
        ...(isOne && { verify: verify[index], abort: abort[index] }),
        // Whoever tells people by it must know when it is not known.
        ...(owners[index] && { owners: owners[index] }),
        ...(owners[index]?.some(owner => claims.has(owner)) && {
          isOwner: true,
        }),
      },
    ]),
  );
}

const getSystemAccess = createRoute('getSystemAccess', {
  summary:
    'Tells whether the caller may create projects and change what all projects share, and whom to ask',
  answers: { 200: 'SystemAccess' },
  handle: async ({ caller: { access } }) => {
    const [create, manage] = await Promise.all([
      judge(access, kargoProjectCreatePermission),
      judge(access, kargoClusterManagePermission),
    ]);
    return {
      status: 200,
      body: { projects: { create }, shared: { manage } },
    };
  },
});

async function judge(
  access: Access,
  permission: BasicPermission,
): Promise<AccessVerdict> {
  return (await access.mayDo(permission))
    ? { allowed: true }
    : { allowed: false, reason: describeDenial(permission) };
}

/** What the caller may do. */
export const accessRoutes = [getAccess, getSystemAccess];
