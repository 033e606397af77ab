import { z } from 'zod';
import { KindName } from '../model/kinds';
import { isObject } from './isObject';

/** Where something stands in a manifest. @public */
export type ManifestPath = Array<string | number>;

/** A manifest without what its schema does not know. @public */
export interface PrunedManifest {
  manifest: unknown;
  /** Fields that were left out, and the object that held each. */
  unknown: Array<{ holder: ManifestPath; field: string }>;
}

/** What Kubernetes itself keeps as texts by name: null is the empty one there. */
const TEXTS_BY_NAME: ReadonlySet<string | number | undefined> = new Set([
  'metadata',
  'data',
  'stringData',
  'binaryData',
]);

/**
 * Leaves out of a manifest what its schema does not know, and fields whose value is null
 * although null is none of their values; a label, an annotation and an entry of a Secret or
 * ConfigMap is then empty.
 *
 * @remarks
 * An API server of Kubernetes does both, so that manifests of older and newer versions of
 * Kargo can be applied. Where it does not, `isStrict` says so: what is unknown there stays,
 * for the schema to refuse. Pure.
 *
 * @public
 */
export function pruneManifest(
  manifest: unknown,
  schema: z.ZodType,
  isStrict: (path: ManifestPath) => boolean = () => false,
): PrunedManifest {
  const unknown: PrunedManifest['unknown'] = [];
  const prune = (
    value: unknown,
    known: z.ZodType,
    place: Place | undefined,
  ): unknown => {
    const inner = unwrapSchema(known);
    if (inner instanceof z.ZodArray && Array.isArray(value)) {
      return value.map((element, index) =>
        prune(element, inner.element as z.ZodType, { part: index, in: place }),
      );
    }
    if (inner instanceof z.ZodRecord && isObject(value)) {
      return pruneEntries(value, inner.valueType as z.ZodType, place);
    }
    if (!(inner instanceof z.ZodObject) || !isObject(value)) {
      return value;
    }
    const kept: Record<string, unknown> = {};
    let path: ManifestPath | undefined;
    for (const [field, member] of Object.entries(value)) {
      const fieldSchema = schemaOf(inner, field);
      const isUnknown = fieldSchema === 'unknown';
      path ??= isUnknown ? pathOf(place) : undefined;
      if (isUnknown && path && !isStrict(path)) {
        unknown.push({ holder: path, field });
      } else if (!(fieldSchema instanceof z.ZodType)) {
        kept[field] = member;
      } else if (member !== null || takesNull(fieldSchema)) {
        kept[field] = prune(member, fieldSchema, { part: field, in: place });
      }
    }
    return kept;
  };
  return { manifest: prune(manifest, schema, undefined), unknown };
}

/** A path from its end: most of them nobody asks for. */
interface Place {
  part: string | number;
  in: Place | undefined;
}

function pathOf(place: Place | undefined): ManifestPath {
  const path: ManifestPath = [];
  for (let at = place; at; at = at.in) {
    path.push(at.part);
  }
  return path.reverse();
}

function pruneEntries(
  entries: Record<string, unknown>,
  schema: z.ZodType,
  place: Place | undefined,
): Record<string, unknown> {
  const isNull = (value: unknown) => value === null && !takesNull(schema);
  if (!Object.values(entries).some(isNull)) {
    return entries;
  }
  const isText = TEXTS_BY_NAME.has(pathOf(place)[0]);
  return Object.fromEntries(
    Object.entries(entries)
      .filter(([, value]) => isText || !isNull(value))
      .map(([name, value]) => [name, isNull(value) ? '' : value]),
  );
}

const nullTakers = new WeakMap<z.ZodType, boolean>();

/** Whether null is among the values of a schema, which is found out once. */
function takesNull(schema: z.ZodType): boolean {
  let takes = nullTakers.get(schema);
  if (takes === undefined) {
    takes = schema.safeParse(null).success;
    nullTakers.set(schema, takes);
  }
  return takes;
}

/**
 * Whether a field that nobody knows is refused at a place: since Kargo 1.12.6 in the
 * subscriptions of a Warehouse, where most are constraints in the wrong place.
 *
 * @public
 */
export function isClosedAt(
  kind: KindName,
  [first, second]: ManifestPath,
): boolean {
  return kind === 'Warehouse' && first === 'spec' && second === 'subscriptions';
}

/**
 * The schema below what only says that a value may be absent, null or replaced.
 *
 * @public
 */
export function unwrapSchema(schema: z.ZodType): z.ZodType {
  if (
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodNullable ||
    schema instanceof z.ZodDefault
  ) {
    return unwrapSchema(schema.unwrap() as z.ZodType);
  }
  if (schema instanceof z.ZodPipe) {
    return unwrapSchema(schema.in as z.ZodType);
  }
  return schema;
}

/** What is known about a field; `any` where a schema leaves further fields open. */
function schemaOf(
  object: z.ZodObject,
  field: string,
): z.ZodType | 'any' | 'unknown' {
  if (Object.hasOwn(object.shape, field)) {
    return object.shape[field] as z.ZodType;
  }
  const { catchall } = object.def;
  if (catchall instanceof z.ZodNever) {
    return 'unknown';
  }
  return (catchall as z.ZodType | undefined) ?? 'any';
}
