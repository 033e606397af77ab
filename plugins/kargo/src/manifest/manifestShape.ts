import { KindName, MANIFESTS } from 'backstage-plugin-kargo-common';
import { z } from 'zod';

/** What a field of a manifest takes. */
export type Shape =
  | { type: 'object'; fields: Field[]; values?: () => Shape }
  | { type: 'list'; items: () => Shape }
  | {
      type: 'choice';
      options: string[];
      /** Whether it takes other words, too. */
      isOpen?: boolean;
    }
  | { type: 'switch' | 'number' | 'text' | 'any' };

/** A field that an object may have. */
export interface Field {
  name: string;
  isRequired: boolean;
  description?: string;
  /** Whether expressions may stand in place of every value in it. */
  takesExpressions?: boolean;
  shape: () => Shape;
}

/** A step of a path: the name of a field, or the place of an item. */
export type PathStep = string | number;

/** What of JSON Schema the schemas of manifests come to. */
interface Schema {
  $ref?: string;
  $defs?: Record<string, Schema>;
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: boolean | Schema;
  items?: Schema;
  enum?: unknown[];
  const?: unknown;
  type?: string;
  description?: string;
}

const shapes = new Map<KindName, Shape>();

/** What manifests of a kind may hold, from the schema that admits them. */
export function manifestShape(kind: KindName): Shape {
  const known = shapes.get(kind);
  if (known) {
    return known;
  }
  const root = z.toJSONSchema(MANIFESTS[kind], {
    io: 'input',
    unrepresentable: 'any',
  }) as Schema;
  const shape = schemaShape(root);
  shapes.set(kind, shape);
  return shape;
}

/** What a JSON Schema lets stand, as far as a form can offer it. */
export function schemaShape(schema: object): Shape {
  return shapeOf([schema as Schema], schema as Schema);
}

/** The shape at a path, or `undefined` where the schema has none. */
export function shapeAt(shape: Shape, path: PathStep[]): Shape | undefined {
  return path.reduce<Shape | undefined>(
    (current, step) => current && memberOf(current, step),
    shape,
  );
}

function memberOf(shape: Shape, step: PathStep): Shape | undefined {
  if (shape.type === 'list') {
    return typeof step === 'number' ? shape.items() : undefined;
  }
  if (shape.type !== 'object') {
    return undefined;
  }
  const field = shape.fields.find(({ name }) => name === step);
  return field ? field.shape() : shape.values?.();
}

function shapeOf(schemas: Schema[], root: Schema): Shape {
  const all = schemas.flatMap(schema => alternatives(schema, root));
  const objects = all.filter(isObject);
  if (objects.length > 0) {
    return objectShape(objects, root);
  }
  const lists = all.flatMap(({ items }) => items ?? []);
  if (lists.length > 0) {
    return { type: 'list', items: () => shapeOf(lists, root) };
  }
  return plainShape(all);
}

function isObject({ type, properties }: Schema): boolean {
  return properties !== undefined || type === 'object';
}

function objectShape(schemas: Schema[], root: Schema): Shape {
  const names = [
    ...new Set(schemas.flatMap(schema => Object.keys(schema.properties ?? {}))),
  ];
  const values = schemas.flatMap(({ additionalProperties }) =>
    typeof additionalProperties === 'object' ? additionalProperties : [],
  );
  return {
    type: 'object',
    fields: names.map(name => fieldOf(name, schemas, root)),
    ...(values.length > 0 && { values: () => shapeOf(values, root) }),
  };
}

function fieldOf(name: string, schemas: Schema[], root: Schema): Field {
  const own = schemas.flatMap(({ properties }) => properties?.[name] ?? []);
  const description = own.find(schema => schema.description)?.description;
  return {
    name,
    isRequired: schemas.every(({ required = [] }) => required.includes(name)),
    ...(description && { description }),
    shape: () => shapeOf(own, root),
  };
}

function plainShape(all: Schema[]): Shape {
  const words = all.flatMap(schema =>
    'const' in schema ? [schema.const] : schema.enum ?? [],
  );
  if (words.length > 0) {
    const options = words.filter(
      (word): word is string => typeof word === 'string' && word !== '',
    );
    return { type: 'choice', options };
  }
  const types = new Set(all.map(({ type }) => type));
  if (types.size !== 1) {
    return { type: 'any' };
  }
  const [type] = types;
  switch (type) {
    case 'boolean':
      return { type: 'switch' };
    case 'integer':
    case 'number':
      return { type: 'number' };
    case 'string':
      return { type: 'text' };
    default:
      return { type: 'any' };
  }
}

/** What a value may be, one by one; an empty schema is anything. */
function alternatives(schema: Schema, root: Schema): Schema[] {
  const { $ref, anyOf, oneOf, allOf } = schema;
  if ($ref !== undefined) {
    const name = $ref.split('/').at(-1) ?? '';
    const target = $ref === '#' ? root : root.$defs?.[name];
    return target ? alternatives(target, root) : [];
  }
  const parts = anyOf ?? oneOf ?? allOf;
  return parts ? parts.flatMap(part => alternatives(part, root)) : [schema];
}
