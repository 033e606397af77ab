import { Project } from 'backstage-plugin-kargo-common';
import { defineKind } from '../KindModule';
import { projectAdmission } from './admission';
import { ProjectController } from './ProjectController';

/** A Project: the namespace of what is in it. */
export const projectKind = defineKind<Project>({
  kind: 'Project',
  admission: projectAdmission,
  deletion: { isCleanedUp: true },
  controller: {
    pool: 'stages',
    create: services => ProjectController.create(services),
  },
});
