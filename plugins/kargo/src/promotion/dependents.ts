import { Entity, stringifyEntityRef } from '@backstage/catalog-model';
import {
  findPipelineScope,
  selectPipeline,
  Stage,
} from 'backstage-plugin-kargo-common';

/** Entities of the catalog that a Stage delivers, by their annotations. */
export function deliveredBy(
  project: string,
  stage: Stage,
  entities: readonly Entity[],
): Entity[] {
  return entities.filter(entity => {
    const scope = findPipelineScope(entity);
    return (
      scope?.project === project &&
      selectPipeline(scope, { stages: [stage], warehouses: [] }).stages.length >
        0
    );
  });
}

/** APIs that entities provide, by their references. */
export function providedApis(entities: readonly Entity[]): string[] {
  return related(entities, 'providesApi');
}

/** Who depends on entities or consumes their APIs, but for themselves. */
export function dependentsOf(
  delivered: readonly Entity[],
  apis: readonly Entity[],
): string[] {
  const own = new Set(delivered.map(stringifyEntityRef));
  const refs = [
    ...related(delivered, 'dependencyOf'),
    ...related(apis, 'apiConsumedBy'),
  ];
  return [...new Set(refs)].filter(ref => !own.has(ref)).sort();
}

function related(entities: readonly Entity[], type: string): string[] {
  return entities.flatMap(({ relations = [] }) =>
    relations
      .filter(relation => relation.type === type)
      .map(({ targetRef }) => targetRef),
  );
}
