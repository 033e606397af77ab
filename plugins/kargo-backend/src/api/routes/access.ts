import {
  kargoProjectManagePermission,
  kargoStageApprovePermission,
  kargoStagePromotePermission,
  ProjectAccess,
} from 'backstage-plugin-kargo-common';
import { createRoute } from '../server/route';

const getAccess = createRoute('getProjectAccess', {
  summary:
    'Tells what the caller may do in a project, and whom to ask for the rest',
  answers: { 200: 'ProjectAccess' },
  handle: async ({ project, caller: { access } }, { store }) => {
    access.prepare([
      kargoProjectManagePermission,
      kargoStagePromotePermission,
      kargoStageApprovePermission,
    ]);
    const { items: stages } = await store.list('Stage', {
      namespace: project.metadata.name,
    });
    const [manage, promote, approve, owners] = await Promise.all([
      access.onProject(kargoProjectManagePermission, project),
      access.onStages(kargoStagePromotePermission, stages),
      access.onStages(kargoStageApprovePermission, stages),
      Promise.all(stages.map(stage => access.ownersOf(project, stage))),
    ]);
    const unconfirmedEntities = await access.unconfirmedEntities(
      project,
      stages,
      manage.allowed ? 'everybody' : 'caller',
    );
    const body: ProjectAccess = {
      project: { manage },
      stages: Object.fromEntries(
        stages.map((stage, index) => [
          stage.metadata.name,
          {
            promote: promote[index],
            approve: approve[index],
            owners: owners[index],
          },
        ]),
      ),
      unconfirmedEntities,
    };
    return { status: 200, body };
  },
});

/** What the caller may do. */
export const accessRoutes = [getAccess];
