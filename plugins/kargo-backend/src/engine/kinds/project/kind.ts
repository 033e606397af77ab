import { Project } from 'backstage-plugin-kargo-common';
import { defineKind } from '../KindModule';
import { wakeSharedObjects } from '../shared/replication';
import { projectAdmission } from './admission';
import { ProjectController } from './ProjectController';

/** A Project: the namespace of what is in it. */
export const projectKind = defineKind<Project>({
  kind: 'Project',
  admission: projectAdmission,
  deletion: { isCleanedUp: true },
  wakeOthers: wakeSharedObjects,
  controller: {
    pool: 'stages',
    create: services => ProjectController.create(services),
  },
});
