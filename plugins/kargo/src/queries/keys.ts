/** Keys of everything that is cached. */
export const kargoKeys = {
  engine: () => ['kargo', 'engine'] as const,
  systemAccess: () => ['kargo', ':global', 'access'] as const,
  stepKinds: () => ['kargo', ':step-kinds'] as const,
  projects: (filter: string, page: number) =>
    ['kargo', 'projects', filter, page] as const,
  projectsNamed: (name: string) =>
    ['kargo', 'projects', ':named', name] as const,
  search: (text: string) => ['kargo', ':search', text] as const,
  myProjects: () => ['kargo', 'projects', 'mine-first'] as const,
  projectOwners: (projects: string[]) =>
    ['kargo', ':owners', ...projects] as const,
  project: (project: string) => ['kargo', project, 'project'] as const,
  /** Whether there is one. */
  presence: (project: string) => ['kargo', project, 'presence'] as const,
  projectEntities: (project: string) => ['kargo', project, 'entities'] as const,
  projectConfig: (project: string) => ['kargo', project, 'config'] as const,
  webhookDeliveries: (project: string) =>
    ['kargo', project, 'webhook-deliveries'] as const,
  roles: (project: string) => ['kargo', project, 'roles'] as const,
  tokens: (project: string) => ['kargo', project, 'api-tokens'] as const,
  systemRoles: () => ['kargo', ':global', 'roles'] as const,
  systemTokens: () => ['kargo', ':global', 'api-tokens'] as const,
  /** Credentials and ConfigMaps of a project. */
  data: (project: string, family: string) =>
    ['kargo', project, 'data', family] as const,
  /** Tasks and templates of a project. */
  definitions: (project: string, kind: string) =>
    ['kargo', project, 'definitions', kind] as const,
  /** What belongs to no project; no project's name has a colon. */
  globalData: (place: 'shared' | 'system', family: string) =>
    ['kargo', ':global', place, family] as const,
  events: (project: string, object: string) =>
    ['kargo', project, 'events', object] as const,
  /** Of several projects; of all that were asked for without a name. */
  summaries: (projects: string[]) =>
    ['kargo', ':summaries', ...projects] as const,
  /** Stages, Warehouses and Freight together, where nothing is followed live. */
  content: (project: string) => ['kargo', project, 'content'] as const,
  components: () => ['kargo', ':components'] as const,
  system: (entityRef: string) => ['kargo', ':system', entityRef] as const,
  access: (project: string) => ['kargo', project, 'access'] as const,
  stageAccess: (project: string, stage: string) =>
    ['kargo', project, 'access', stage] as const,
  stages: (project: string) => ['kargo', project, 'stages'] as const,
  warehouses: (project: string) => ['kargo', project, 'warehouses'] as const,
  freight: (project: string) => ['kargo', project, 'freight'] as const,
  freightByName: (project: string, name: string) =>
    ['kargo', project, 'freight-by-name', name] as const,
  links: (project: string, kind: string, name: string, version: string) =>
    ['kargo', project, 'links', kind, name, version] as const,
  dependents: (project: string, stage: string) =>
    ['kargo', project, 'dependents', stage] as const,
  freightCommits: (
    project: string,
    stage: string,
    freight: string,
    held: string,
  ) => ['kargo', project, 'commits', stage, freight, held] as const,
  /** Not below the project: what somebody does there does not set it off again. */
  dryRun: (project: string, stage: string, freight: string, held: string) =>
    ['kargo', ':dry-run', project, stage, freight, held] as const,
  /** Of a Warehouse that is not stored, by its manifest. */
  warehouseLook: (manifest: string) =>
    ['kargo', ':warehouse-look', manifest] as const,
  promotions: (project: string, stage: string) =>
    ['kargo', project, 'promotions', stage] as const,
  promotionConfigs: (project: string, name: string, version: string) =>
    ['kargo', project, 'promotion-configs', name, version] as const,
  newestPromotions: (project: string) =>
    ['kargo', project, 'newest-promotions'] as const,
  promotion: (project: string, name: string) =>
    ['kargo', project, 'promotion', name] as const,
  analysisRun: (project: string, name: string) =>
    ['kargo', project, 'analysis-run', name] as const,
  explanation: (project: string, kind: string, name: string, stage: string) =>
    ['kargo', project, 'why', kind, name, stage] as const,
};
