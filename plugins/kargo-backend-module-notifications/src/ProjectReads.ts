import {
  Freight,
  isKargoRequestError,
  KargoApi,
  Project,
  Stage,
  ungroupedFreight,
} from 'backstage-plugin-kargo-common';
import pLimit from 'p-limit';
import { tellsOfOthers, ToldEvent } from './toldEvent';

/** Of older Freight nobody is told that it waits. */
const NEWEST_FREIGHT = 100;

/** What some events of a project tell of; `undefined` for whichever there are. */
interface Asked {
  stages: Set<string | undefined>;
  warehouses: Set<string | undefined>;
}

/** The catalog has not told yet whose something is. */
export class UnknownOwnersError extends Error {
  readonly name = 'UnknownOwnersError';
}

/**
 * What is read of projects to tell of some events, each part once for all of them.
 *
 * @remarks Of a project of which several Stages are asked for all are read together.
 */
export class ProjectReads {
  readonly #known = new Map<string, Promise<unknown>>();
  readonly #asked = new Map<string, Asked>();

  /**
   * @param events - what is to be told of
   * @param limit - how many requests are sent at a time
   */
  static create(
    kargo: KargoApi,
    events: readonly ToldEvent[],
    limit: pLimit.Limit,
  ): ProjectReads {
    return new ProjectReads(kargo, events, limit);
  }

  private constructor(
    private readonly kargo: KargoApi,
    events: readonly ToldEvent[],
    private readonly limit: pLimit.Limit,
  ) {
    for (const event of events) {
      const { project, stage, freight } = event;
      const asked = this.#asked.get(project) ?? {
        stages: new Set(),
        warehouses: new Set(),
      };
      asked.stages.add(tellsOfOthers(event) ? undefined : stage);
      asked.warehouses.add(freight?.warehouse);
      this.#asked.set(project, asked);
    }
  }

  project(project: string): Promise<Project> {
    return this.#once(['project', project], () =>
      this.kargo.getProject({ project }),
    );
  }

  /** @throws KargoRequestError (404) when there is none */
  async stage(project: string, stage: string): Promise<Stage> {
    const all = this.#isAlone(project) ? [] : await this.stages(project);
    const found = all.find(({ metadata }) => metadata.name === stage);
    return (
      found ??
      this.#once(['stage', project, stage], () =>
        this.kargo.getStage({ project, stage }),
      )
    );
  }

  /** Those that take Freight of one of the Warehouses that the events tell of. */
  async stages(project: string): Promise<Stage[]> {
    const warehouses = [...(this.#asked.get(project)?.warehouses ?? [])];
    const isOfSome = warehouses.every(Boolean);
    const { items } = await this.#once(['stages', project], () =>
      this.kargo.listStages({
        project,
        ...(isOfSome && { freightOrigins: warehouses as string[] }),
      }),
    );
    return items;
  }

  /** The newest Freight of a Warehouse. */
  async freight(project: string, warehouse: string): Promise<Freight[]> {
    const groups = await this.#once(['freight', project, warehouse], () =>
      this.kargo.queryFreight({
        ...{ project, origins: [warehouse], newest: NEWEST_FREIGHT },
      }),
    );
    return ungroupedFreight(groups);
  }

  /** One piece of Freight, however old. */
  oneFreight(project: string, freight: string): Promise<Freight> {
    return this.#once(['one', project, freight], () =>
      this.kargo.getFreight({ project, freight }),
    );
  }

  /** @throws UnknownOwnersError while the catalog does not tell */
  async ownersOf(project: string, stage: string): Promise<string[]> {
    const alone = this.#isAlone(project) ? stage : undefined;
    const { stages } = await this.#once(['access', project, alone ?? '*'], () =>
      this.kargo.getProjectAccess({ project, ...(alone && { stage: alone }) }),
    );
    const told = stages[stage];
    if (told && !told.owners) {
      throw new UnknownOwnersError(
        'The catalog does not tell whose the Stages are',
      );
    }
    return told?.owners ?? [];
  }

  /** Whether all events of a project tell of the same Stage. */
  #isAlone(project: string): boolean {
    const stages = this.#asked.get(project)?.stages;
    return stages?.size === 1 && !stages.has(undefined);
  }

  #once<T>(name: string[], read: () => Promise<T>): Promise<T> {
    const key = JSON.stringify(name);
    const known = this.#known.get(key) as Promise<T> | undefined;
    const reading = known ?? this.limit(read);
    this.#known.set(key, reading);
    return reading;
  }
}

/** Whether asking again would be answered the same: what is gone waits for nobody. */
export function isFinalAnswer(error: unknown): boolean {
  return [400, 404, 410, 422].some(status =>
    isKargoRequestError(error, status),
  );
}
