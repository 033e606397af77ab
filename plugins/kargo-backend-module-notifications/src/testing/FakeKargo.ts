import {
  Freight,
  KARGO_API_VERSION,
  KargoApi,
  KargoRequestError,
  Project,
  Stage,
} from 'backstage-plugin-kargo-common';

const PROJECT = 'shop';
const WAREHOUSE = { kind: 'Warehouse' as const, name: 'images' };

function metadata(name: string, annotations?: Record<string, string>) {
  return {
    name,
    namespace: PROJECT,
    uid: `uid-of-${name}`,
    resourceVersion: '1',
    generation: 1,
    creationTimestamp: '2026-03-01T12:00:00Z',
    ...(annotations && { annotations }),
  };
}

/** What a Stage of the tests is like. */
export interface StageOptions {
  sources?: Stage['spec']['requestedFreight'][number]['sources'];
  /** Absent: nobody has looked after it yet. */
  automatic?: boolean;
  /** Name of the Freight in it. */
  holds?: string;
  /** Name of the Freight that is on its way. */
  promoting?: string;
  controlFlow?: boolean;
  annotations?: Record<string, string>;
}

/** A Stage of project `shop` that takes Freight of Warehouse `images`. */
export function aStage(name: string, options: StageOptions = {}): Stage {
  const { sources = { direct: true }, automatic, holds, promoting } = options;
  const reference = (called: string) => ({ name: called, origin: WAREHOUSE });
  return {
    apiVersion: KARGO_API_VERSION,
    kind: 'Stage',
    metadata: metadata(name, options.annotations),
    spec: {
      requestedFreight: [{ origin: WAREHOUSE, sources }],
      ...(!options.controlFlow && {
        promotionTemplate: { spec: { steps: [{ uses: 'fail' }] } },
      }),
    },
    status: {
      ...(automatic !== undefined && { autoPromotionEnabled: automatic }),
      ...(holds && {
        freightHistory: [
          { id: 'c1', items: { 'Warehouse/images': reference(holds) } },
        ],
      }),
      ...(promoting && {
        currentPromotion: { name: 'p0', freight: reference(promoting) },
      }),
    },
  };
}

/** Freight of an image with that tag; a later day is newer. */
export function someFreight(
  name: string,
  tag: string,
  day: number,
  status: Freight['status'] = {},
): Freight {
  return {
    apiVersion: KARGO_API_VERSION,
    kind: 'Freight',
    metadata: metadata(name),
    alias: `the-${name}`,
    discoveredAt: `2026-03-0${day}T12:00:00Z`,
    origin: WAREHOUSE,
    images: [{ repoURL: 'ghcr.io/acme/web', tag }],
    status,
  };
}

/** The part of Kargo's API that a notifier asks, on a project `shop` in memory. */
export class FakeKargo {
  /** Names of the operations in the order in which they were asked. */
  readonly asked: string[] = [];
  stages: Stage[] = [];
  freight: Freight[] = [];
  project: Project = {
    apiVersion: KARGO_API_VERSION,
    kind: 'Project',
    metadata: { ...metadata(PROJECT), namespace: undefined },
  };
  owners = ['group:default/team'];

  connect(): KargoApi {
    const found = <T>(what: string, item: T | undefined): T => {
      if (item === undefined) {
        throw new KargoRequestError(404, `${what} is not there`);
      }
      return item;
    };
    const operations: Partial<KargoApi> = {
      getProject: async () => this.project,
      listStages: async () => ({
        apiVersion: KARGO_API_VERSION,
        kind: 'StageList',
        items: this.stages,
        metadata: { resourceVersion: '1' },
      }),
      getStage: async ({ stage }) =>
        found(
          stage,
          this.stages.find(each => each.metadata.name === stage),
        ),
      getFreight: async ({ freight }) =>
        found(
          freight,
          this.freight.find(each => each.metadata.name === freight),
        ),
      queryFreight: async () => ({
        groups: { '': { items: this.freight } },
        resourceVersion: '1',
      }),
      getProjectAccess: async ({ stage }) => ({
        project: { manage: { allowed: true } },
        stages: Object.fromEntries(
          this.stages
            .filter(each => !stage || each.metadata.name === stage)
            .map(each => [
              each.metadata.name,
              {
                promote: { allowed: true },
                approve: { allowed: true },
                owners: this.owners,
              },
            ]),
        ),
      }),
    };
    return Object.fromEntries(
      Object.entries(operations).map(([name, call]) => [
        name,
        (request: never) => {
          this.asked.push(name);
          return (call as (request: never) => unknown)(request);
        },
      ]),
    ) as unknown as KargoApi;
  }
}
