import { Stage } from '../model/Stage';
import { Warehouse } from '../model/Warehouse';

/** Annotation of a catalog entity: the Kargo project it is delivered by. @public */
export const KARGO_PROJECT_ANNOTATION = 'kargo.akuity.io/project';

/**
 * On a catalog entity of kind Resource: the names of the environments that it stands for,
 * separated by commas. An environment is what Stages are called without their component.
 *
 * @public
 */
export const KARGO_ENVIRONMENT_ANNOTATION = 'kargo.akuity.io/environment';

/** Annotation of a catalog entity: its Stages, as a comma-separated list of names or globs. @public */
export const KARGO_STAGES_ANNOTATION = 'kargo.akuity.io/stages';

/** Annotation of a catalog entity: its Warehouses, as a comma-separated list of names or globs. @public */
export const KARGO_WAREHOUSE_ANNOTATION = 'kargo.akuity.io/warehouse';

/** The part of a project that belongs to one catalog entity. @public */
export interface PipelineScope {
  project: string;
  /** Names or globs; absent means every Stage. */
  stages?: string[];
  /** Names or globs; absent means every Warehouse that the Stages ask. */
  warehouses?: string[];
}

interface AnnotatedEntity {
  metadata: { annotations?: Record<string, string> };
}

/** What an entity's annotations say; `undefined` without the project annotation. @public */
export function findPipelineScope(
  entity: AnnotatedEntity,
): PipelineScope | undefined {
  const annotations = entity.metadata.annotations ?? {};
  const project = annotations[KARGO_PROJECT_ANNOTATION]?.trim();
  if (!project) {
    return undefined;
  }
  const stages = patterns(annotations[KARGO_STAGES_ANNOTATION]);
  const warehouses = patterns(annotations[KARGO_WAREHOUSE_ANNOTATION]);
  return {
    project,
    ...(stages && { stages }),
    ...(warehouses && { warehouses }),
  };
}

/** Whether an entity is bound to a Kargo project. @public */
export function isKargoAvailable(entity: AnnotatedEntity): boolean {
  return findPipelineScope(entity) !== undefined;
}

/**
 * The Stages and Warehouses of a scope. A Warehouse is in it when its name matches,
 * or, without Warehouse patterns, when a Stage of the scope asks for its Freight; a
 * Stage needs to match and to ask for Freight of a matching Warehouse.
 *
 * @public
 */
export function selectPipeline(
  scope: PipelineScope,
  all: { stages: Stage[]; warehouses: Warehouse[] },
): { stages: Stage[]; warehouses: Warehouse[] } {
  const { stages: stageNames, warehouses: warehouseNames } = scope;
  const stages = all.stages.filter(
    stage =>
      matchesAny(stageNames, stage.metadata.name) &&
      (!warehouseNames ||
        stage.spec.requestedFreight.some(request =>
          matchesAny(warehouseNames, request.origin.name),
        )),
  );
  const asked = new Set(
    stages.flatMap(stage =>
      stage.spec.requestedFreight.map(request => request.origin.name),
    ),
  );
  const warehouses = all.warehouses.filter(({ metadata: { name } }) => {
    if (warehouseNames) {
      return matchesAny(warehouseNames, name);
    }
    return stageNames ? asked.has(name) : true;
  });
  return { stages, warehouses };
}

function patterns(annotation: string | undefined): string[] | undefined {
  const list = (annotation ?? '')
    .split(',')
    .map(part => part.trim())
    .filter(Boolean);
  return list.length > 0 ? list : undefined;
}

function matchesAny(globs: string[] | undefined, name: string): boolean {
  return globs === undefined || globs.some(glob => matchesGlob(glob, name));
}

/**
 * Whether a name matches a glob in which `*` stands for any characters and `?` for
 * one. Walks the text with one fallback position, so its cost is bounded by the
 * product of both lengths.
 *
 * @public
 */
export function matchesGlob(glob: string, name: string): boolean {
  let at = 0;
  let inGlob = 0;
  let star = -1;
  let resume = 0;
  while (at < name.length) {
    if (glob[inGlob] === '*') {
      star = inGlob;
      resume = at;
      inGlob += 1;
    } else if (glob[inGlob] === '?' || glob[inGlob] === name[at]) {
      inGlob += 1;
      at += 1;
    } else if (star >= 0) {
      resume += 1;
      at = resume;
      inGlob = star + 1;
    } else {
      return false;
    }
  }
  while (glob[inGlob] === '*') {
    inGlob += 1;
  }
  return inGlob === glob.length;
}
