import {
  AnalysisTemplate,
  Condition,
  findCondition,
  Freight,
  freightDiscoveredAt,
  KargoClient,
  KargoEvent,
  LABELS,
  Project,
  Promotion,
  Resource,
  Stage,
  originKey,
  ungroupedFreight,
  Warehouse,
} from 'backstage-plugin-kargo-common';
import { CliError } from '../CliError';
import { formatAge } from './formatAge';

/** A column of a table. */
export interface Column<T> {
  readonly title: string;
  cell(resource: T, now: Date): string;
}

/** How a kind is listed and shown. */
export interface Noun<T extends Resource> {
  /** The plural and every other name that commands accept. */
  readonly names: readonly string[];
  /** What `get` says in its help. */
  readonly description: string;
  /** Whether it is in a project. */
  readonly inProject: boolean;
  list(client: KargoClient, project: string): Promise<T[]>;
  get(client: KargoClient, project: string, name: string): Promise<T>;
  readonly columns: ReadonlyArray<Column<T>>;
}

/** `NAME` */
export const name: Column<Resource> = {
  title: 'NAME',
  cell: ({ metadata }) => metadata.name,
};

/** `AGE` */
export const age: Column<Resource> = {
  title: 'AGE',
  cell: ({ metadata }, now) => formatAge(metadata.creationTimestamp, now),
};

const shard: Column<Resource & { spec: { shard?: string } }> = {
  title: 'SHARD',
  cell: ({ spec }) => spec.shard ?? '',
};

type Conditioned = Resource & { status?: { conditions?: Condition[] } };

const ready: Column<Conditioned> = {
  title: 'READY',
  cell: ({ status }) => findCondition(status, 'Ready')?.status ?? '',
};

const status: Column<Conditioned> = {
  title: 'STATUS',
  // A message may have several lines, a row of a table one.
  cell: resource =>
    (findCondition(resource.status, 'Ready')?.message ?? '').split('\n')[0],
};

/** `get projects` */
export const projects: Noun<Project> = {
  names: ['projects', 'project'],
  description: 'Projects',
  inProject: false,
  list: async client => (await client.listProjects()).items,
  get: (client, _, project) => client.getProject({ project }),
  columns: [name, ready, status, age],
};

/** `get stages` */
export const stages: Noun<Stage> = {
  names: ['stages', 'stage'],
  description: 'Stages of a project',
  inProject: true,
  list: async (client, project) => (await client.listStages({ project })).items,
  get: (client, project, stage) => client.getStage({ project, stage }),
  columns: [
    name,
    shard,
    {
      title: 'CURRENT FREIGHT',
      cell: stage => stage.status?.freightSummary ?? '',
    },
    { title: 'HEALTH', cell: stage => stage.status?.health?.status ?? '' },
    ready,
    status,
    age,
  ],
};

/** `get warehouses` */
export const warehouses: Noun<Warehouse> = {
  names: ['warehouses', 'warehouse'],
  description: 'Warehouses of a project',
  inProject: true,
  list: async (client, project) =>
    (await client.listWarehouses({ project })).items,
  get: (client, project, warehouse) =>
    client.getWarehouse({ project, name: warehouse }),
  columns: [name, shard, age],
};

/** `get freight` */
export const freight: Noun<Freight> = {
  names: ['freight', 'freights'],
  description: 'Freight of a project, oldest first',
  inProject: true,
  list: async (client, project) =>
    ungroupedFreight(await client.queryFreight({ project })),
  get: (client, project, nameOrAlias) =>
    client.getFreight({ project, freight: nameOrAlias }),
  columns: [
    name,
    { title: 'ALIAS', cell: ({ alias }) => alias ?? '' },
    { title: 'ORIGIN', cell: ({ origin }) => originKey(origin) },
    {
      title: 'AGE',
      cell: (found, now) => formatAge(freightDiscoveredAt(found), now),
    },
  ],
};

/** `get promotions` */
export const promotions: Noun<Promotion> = {
  names: ['promotions', 'promotion', 'promos', 'promo'],
  description: 'Promotions of a project, by name',
  inProject: true,
  list: async (client, project) =>
    (await client.listPromotions({ project })).items,
  get: (client, project, promotion) =>
    client.getPromotion({ project, name: promotion }),
  columns: [
    name,
    {
      title: 'SHARD',
      cell: ({ metadata }) => metadata.labels?.[LABELS.shard] ?? '',
    },
    { title: 'STAGE', cell: ({ spec }) => spec.stage },
    { title: 'FREIGHT', cell: ({ spec }) => spec.freight ?? '' },
    { title: 'PHASE', cell: promotion => promotion.status?.phase || 'Pending' },
    age,
  ],
};

/** `get promotiontasks` */
export const promotionTasks: Noun<Resource> = {
  names: ['promotiontasks', 'promotiontask'],
  description: 'Steps that Stages of a project share',
  inProject: true,
  list: async (client, project) =>
    (await client.listPromotionTasks({ project })).items,
  get: (client, project, task) =>
    client.getPromotionTask({ project, name: task }),
  columns: [name, age],
};

/** `get clusterpromotiontasks` */
export const clusterPromotionTasks: Noun<Resource> = {
  names: ['clusterpromotiontasks', 'clusterpromotiontask'],
  description: 'Steps that Stages of every project share',
  inProject: false,
  list: async client => (await client.listClusterPromotionTasks()).items,
  get: (client, _, task) => client.getClusterPromotionTask({ name: task }),
  columns: [name, age],
};

/** `get analysistemplates` */
export const analysisTemplates: Noun<AnalysisTemplate> = {
  names: ['analysistemplates', 'analysistemplate'],
  description: 'Templates of verifications of a project',
  inProject: true,
  list: async (client, project) =>
    (await client.listAnalysisTemplates({ project })).items,
  get: (client, project, template) =>
    client.getAnalysisTemplate({ project, name: template }),
  columns: [name, age],
};

/** `get clusteranalysistemplates` */
export const clusterAnalysisTemplates: Noun<Resource> = {
  names: ['clusteranalysistemplates', 'clusteranalysistemplate'],
  description: 'Templates of verifications that every project may use',
  inProject: false,
  list: async client => (await client.listClusterAnalysisTemplates()).items,
  get: (client, _, template) =>
    client.getClusterAnalysisTemplate({ name: template }),
  columns: [name, age],
};

/** `get events` */
export const events: Noun<KargoEvent> = {
  names: ['events', 'event'],
  description: 'What happened in a project, newest first',
  inProject: true,
  list: async (client, project) => (await client.listEvents({ project })).items,
  get: async (client, project, event) => {
    const { items } = await client.listEvents({ project });
    const found = items.find(({ metadata }) => metadata.name === event);
    if (!found) {
      throw new CliError(`Event '${event}' does not exist`);
    }
    return found;
  },
  columns: [
    {
      title: 'LAST SEEN',
      cell: ({ lastTimestamp, metadata }, now) =>
        formatAge(lastTimestamp ?? metadata.creationTimestamp, now),
    },
    { title: 'TYPE', cell: ({ type }) => type },
    { title: 'REASON', cell: ({ reason }) => reason },
    {
      title: 'OBJECT',
      cell: ({ involvedObject: { kind, name: object } }) =>
        `${kind.toLocaleLowerCase('en-US')}/${object}`,
    },
    { title: 'MESSAGE', cell: ({ message }) => message.split('\n')[0] },
  ],
};

/** `get projectconfig`: one per project. */
export const projectConfig: Noun<Resource> = {
  names: ['projectconfig', 'projectconfigs'],
  description: 'The configuration of a project',
  inProject: true,
  list: async (client, project) => [await client.getProjectConfig({ project })],
  get: (client, project) => client.getProjectConfig({ project }),
  columns: [name, age],
};

/** `get clusterconfig`: one per installation. */
export const clusterConfig: Noun<Resource> = {
  names: ['clusterconfig', 'clusterconfigs'],
  description: 'The configuration of the whole installation',
  inProject: false,
  list: async client => [await client.getClusterConfig()],
  get: client => client.getClusterConfig(),
  columns: [name, age],
};
