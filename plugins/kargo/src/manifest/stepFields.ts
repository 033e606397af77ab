import { StepKind } from 'backstage-plugin-kargo-common';
import { Field, schemaShape, Shape } from './manifestShape';

/** The fields of a promotion step by which it is known from other objects. */
const OF_STEP = ['uses', 'config'];

const shapes = new WeakMap<StepKind, Shape>();

/** What the configuration of a kind of step may hold. */
export function stepKindShape(kind: StepKind): Shape {
  const shape = shapes.get(kind) ?? schemaShape(kind.config);
  shapes.set(kind, shape);
  return shape;
}

/**
 * The fields of an object; where it is a promotion step, with the kinds of steps that the
 * portal has, and with the fields that its kind takes as its configuration. Of a kind that
 * the portal does not have, and of a configuration that is one expression, nothing is known.
 */
export function withStepFields(
  fields: Field[],
  value: Record<string, unknown>,
  kinds: readonly StepKind[],
): Field[] {
  const isStep = OF_STEP.every(name => fields.some(f => f.name === name));
  if (!isStep || kinds.length === 0) {
    return fields;
  }
  const kind = kinds.find(({ name }) => name === value.uses);
  return fields.map(field => {
    switch (field.name) {
      case 'uses':
        // It uses a kind of step, or a task.
        return {
          ...usesField(field, kinds, kind),
          isRequired: value.task === undefined,
        };
      case 'config':
        return kind ? configField(field, kind, value.config) : field;
      default:
        return field;
    }
  });
}

function usesField(
  field: Field,
  kinds: readonly StepKind[],
  kind: StepKind | undefined,
): Field {
  const options = kinds.map(({ name }) => name);
  return {
    ...field,
    ...(kind && { description: kind.description }),
    // A module that is not there yet may bring others.
    shape: () => ({ type: 'choice', options, isOpen: true }),
  };
}

function configField(field: Field, kind: StepKind, config: unknown): Field {
  const shape = stepKindShape(kind);
  const hasFields = shape.type === 'object' && shape.fields.length > 0;
  const isObject =
    config === undefined || (typeof config === 'object' && config !== null);
  return hasFields && isObject
    ? {
        ...field,
        isRequired: shape.fields.some(({ isRequired }) => isRequired),
        takesExpressions: true,
        shape: () => shape,
      }
    : field;
}
