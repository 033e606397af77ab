import { AuthService, LoggerService } from '@backstage/backend-plugin-api';
import { Entity, RELATION_OWNED_BY } from '@backstage/catalog-model';
import { ServiceUnavailableError } from '@backstage/errors';
import { CatalogService } from '@backstage/plugin-catalog-node';
import {
  findPipelineScope,
  KARGO_PROJECT_ANNOTATION,
  matchesGlob,
} from 'backstage-plugin-kargo-common';
import { Clock } from '../../ports/Clock';
import { LinkedEntities } from '../../ports/LinkedEntities';

const DEFAULT_TTL_MS = 60_000;

/** What a {@link CatalogLinkedEntities} needs. */
export interface CatalogLinkedEntitiesOptions {
  catalog: Pick<CatalogService, 'streamEntities'>;
  auth: Pick<AuthService, 'getOwnServiceCredentials'>;
  clock: Clock;
  logger: LoggerService;
  /** How long an answer of the catalog is used, one minute by default. */
  ttlMs?: number;
}

/** One entity's claim on a project. */
interface Link {
  /** Names or globs; absent means every Stage. */
  stages?: string[];
  owners: string[];
}

type Links = Map<string, Link[]>;

/**
 * Reads from the catalog who owns projects and Stages.
 *
 * @remarks
 * All linked entities are read at once and kept for a short time, so that a page with
 * hundreds of Stages costs one question to the catalog. While the catalog fails, the
 * last answer stays in use.
 */
export class CatalogLinkedEntities implements LinkedEntities {
  #links: Links | undefined;
  #readAtMs = 0;
  #reading: Promise<Links> | undefined;

  static create(options: CatalogLinkedEntitiesOptions): CatalogLinkedEntities {
    return new CatalogLinkedEntities(options);
  }

  private constructor(private readonly options: CatalogLinkedEntitiesOptions) {}

  async ownersOf(project: string, stage?: string): Promise<string[]> {
    const all = (await this.links()).get(project) ?? [];
    const links =
      stage === undefined ? linksOfProject(all) : linksOfStage(all, stage);
    return [...new Set(links.flatMap(link => link.owners))].sort();
  }

  private async links(): Promise<Links> {
    const { clock, ttlMs = DEFAULT_TTL_MS } = this.options;
    if (this.#links && clock.now() - this.#readAtMs < ttlMs) {
      return this.#links;
    }
    this.#reading ??= this.read().finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  private async read(): Promise<Links> {
    const { clock, logger } = this.options;
    try {
      this.#links = await this.load();
    } catch (error) {
      if (!this.#links) {
        throw new ServiceUnavailableError(
          'The catalog does not answer, so the owners of projects are unknown',
          error,
        );
      }
      // Owners change rarely: yesterday's answer is better than a portal that stands still.
      logger.warn('Cannot read the owners of projects from the catalog', {
        error: String(error),
      });
    }
    this.#readAtMs = clock.now();
    return this.#links;
  }

  private async load(): Promise<Links> {
    const { catalog, auth } = this.options;
    const pages = catalog.streamEntities(
      {
        query: {
          [`metadata.annotations.${KARGO_PROJECT_ANNOTATION}`]: {
            $exists: true,
          },
        },
        fields: ['kind', 'metadata', 'relations'],
      },
      { credentials: await auth.getOwnServiceCredentials() },
    );
    const links: Links = new Map();
    for await (const page of pages) {
      for (const entity of page) {
        addLink(links, entity);
      }
    }
    return links;
  }
}

function addLink(links: Links, entity: Entity): void {
  const scope = findPipelineScope(entity);
  if (!scope) {
    return;
  }
  const owners = (entity.relations ?? [])
    .filter(relation => relation.type === RELATION_OWNED_BY)
    .map(relation => relation.targetRef.toLocaleLowerCase('en-US'));
  const link = { owners, ...(scope.stages && { stages: scope.stages }) };
  links.set(scope.project, [...(links.get(scope.project) ?? []), link]);
}

function linksOfProject(all: Link[]): Link[] {
  const whole = all.filter(link => link.stages === undefined);
  return whole.length > 0 ? whole : all;
}

function linksOfStage(all: Link[], stage: string): Link[] {
  return all.filter(link =>
    (link.stages ?? ['*']).some(glob => matchesGlob(glob, stage)),
  );
}
