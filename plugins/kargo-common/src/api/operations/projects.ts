import { KargoEvent } from '../../model/core';
import { Project } from '../../model/Project';
import { ProjectConfig } from '../../model/ProjectConfig';
import { kargoProjectReadPermission } from '../../permissions';
import {
  ImageMatrix,
  ProjectAccess,
  ProjectPage,
  ProjectSummaries,
  ResourceList,
  WebhookDeliveries,
} from '../answers';
import { SearchResults } from '../search';
import { ANYONE, MANAGE, READ } from '../asks';
import { Operation, typeOf } from '../operation';
import { ListProjectsQuery } from '../requests';

/** Projects, their configuration, and what is told about a project as a whole. @public */
export const PROJECT_OPERATIONS = {
  /** Leaves out what the caller may not read. */
  listProjects: {
    method: 'get',
    path: '/projects',
    ask: ANYONE,
    alsoAsks: [kargoProjectReadPermission],
    query: typeOf<ListProjectsQuery>(),
    answer: typeOf<ProjectPage>(),
  },
  /**
   * Leaves out what the caller may not read, and what is too much to be looked into at once:
   * projects of 2,500 Stages together.
   */
  listProjectSummaries: {
    method: 'get',
    path: '/project-summaries',
    ask: ANYONE,
    alsoAsks: [kargoProjectReadPermission],
    query: typeOf<{
      /** Names, 100 at most. */
      project: string[];
    }>(),
    answer: typeOf<ProjectSummaries>(),
  },
  /** Leaves out what the caller may not read; bounded, see `isCut`. */
  search: {
    method: 'get',
    path: '/search',
    ask: ANYONE,
    alsoAsks: [kargoProjectReadPermission],
    query: typeOf<{ text: string }>(),
    answer: typeOf<SearchResults>(),
  },
  getProject: {
    method: 'get',
    path: '/projects/{project}',
    ask: READ,
    watchable: true,
    answer: typeOf<Project>(),
  },
  /** Deletes a project with everything in it. */
  deleteProject: {
    method: 'delete',
    path: '/projects/{project}',
    ask: MANAGE,
  },
  getProjectConfig: {
    method: 'get',
    path: '/projects/{project}/config',
    ask: READ,
    watchable: true,
    answer: typeOf<ProjectConfig>(),
  },
  deleteProjectConfig: {
    method: 'delete',
    path: '/projects/{project}/config',
    ask: MANAGE,
  },
  refreshProjectConfig: {
    method: 'post',
    path: '/projects/{project}/config/refresh',
    ask: READ,
  },
  /** The last requests that came to the webhook receivers of a project, newest first. */
  listProjectWebhookDeliveries: {
    method: 'get',
    path: '/projects/{project}/webhook-deliveries',
    ask: READ,
    answer: typeOf<WebhookDeliveries>(),
  },
  /** What happened in a project, newest first. */
  listEvents: {
    method: 'get',
    path: '/projects/{project}/events',
    ask: READ,
    query: typeOf<{
      /** Only of this object, as `Freight/<name>`. */
      object?: string;
      /** Only so many. */
      newest?: number;
    }>(),
    answer: typeOf<ResourceList<KargoEvent>>(),
  },
  /** What happened in all projects whose events the caller may read, newest first. */
  listAllEvents: {
    method: 'get',
    path: '/events',
    ask: ANYONE,
    alsoAsks: [kargoProjectReadPermission],
    watchable: true,
    query: typeOf<{
      /** Only so many. */
      newest?: number;
    }>(),
    answer: typeOf<ResourceList<KargoEvent>>(),
  },
  /** Which image tags the Stages of a project hold and held. */
  listImages: {
    method: 'get',
    path: '/projects/{project}/images',
    ask: READ,
    answer: typeOf<ImageMatrix>(),
  },
  /** What the caller may do in a project, and whom to ask for the rest. */
  getProjectAccess: {
    method: 'get',
    path: '/projects/{project}/access',
    ask: READ,
    query: typeOf<{
      /** This Stage alone, with all that may be done there. */
      stage?: string;
    }>(),
    answer: typeOf<ProjectAccess>(),
  },
} as const satisfies Record<string, Operation>;
