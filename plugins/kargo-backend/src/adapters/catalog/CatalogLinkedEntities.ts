import { AuthService, LoggerService } from '@backstage/backend-plugin-api';
import {
  Entity,
  RELATION_OWNED_BY,
  stringifyEntityRef,
} from '@backstage/catalog-model';
import { ServiceUnavailableError } from '@backstage/errors';
import { CatalogService } from '@backstage/plugin-catalog-node';
import {
  ClaimedResource,
  confirmedOwners,
  EntityClaim,
  findPipelineScope,
  KARGO_PROJECT_ANNOTATION,
  unconfirmedClaims,
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

/** What entities say of each project. */
type Claims = Map<string, EntityClaim[]>;

/**
 * Reads from the catalog who owns projects and Stages.
 *
 * @remarks
 * All linked entities are read at once and kept for a short time, so that a page with
 * hundreds of Stages costs one question to the catalog. While the catalog fails, the
 * last answer stays in use.
 */
export class CatalogLinkedEntities implements LinkedEntities {
  #claims: Claims | undefined;
  /** Of the monotonic clock. */
  #readAtMs = 0;
  #reading: Promise<Claims> | undefined;

  static create(options: CatalogLinkedEntitiesOptions): CatalogLinkedEntities {
    return new CatalogLinkedEntities(options);
  }

  private constructor(private readonly options: CatalogLinkedEntitiesOptions) {}

  async ownersOf(
    project: ClaimedResource,
    stage?: ClaimedResource,
  ): Promise<string[]> {
    return confirmedOwners(await this.claimsOn(project), project, stage);
  }

  async unconfirmedClaims(
    project: ClaimedResource,
    stages: readonly ClaimedResource[],
  ): Promise<EntityClaim[]> {
    return unconfirmedClaims(await this.claimsOn(project), project, stages);
  }

  private async claimsOn(project: ClaimedResource): Promise<EntityClaim[]> {
    return (await this.claims()).get(project.metadata.name) ?? [];
  }

  private async claims(): Promise<Claims> {
    const { clock, ttlMs = DEFAULT_TTL_MS } = this.options;
    if (this.#claims && clock.monotonic() - this.#readAtMs < ttlMs) {
      return this.#claims;
    }
    this.#reading ??= this.read().finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  private async read(): Promise<Claims> {
    const { clock, logger } = this.options;
    try {
      this.#claims = await this.load();
    } catch (error) {
      if (!this.#claims) {
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
    this.#readAtMs = clock.monotonic();
    return this.#claims;
  }

  private async load(): Promise<Claims> {
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
    const claims: Claims = new Map();
    for await (const page of pages) {
      for (const entity of page) {
        addClaim(claims, entity);
      }
    }
    return claims;
  }
}

function addClaim(claims: Claims, entity: Entity): void {
  const scope = findPipelineScope(entity);
  if (!scope) {
    return;
  }
  const claim = {
    entity: stringifyEntityRef(entity),
    owners: (entity.relations ?? [])
      .filter(relation => relation.type === RELATION_OWNED_BY)
      .map(relation => relation.targetRef.toLocaleLowerCase('en-US')),
    ...(scope.stages && { stages: scope.stages }),
  };
  claims.set(scope.project, [...(claims.get(scope.project) ?? []), claim]);
}
