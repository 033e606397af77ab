import {
  plainScalar,
  ScalarValue,
  taggedScalar,
  unquotedNegation,
} from 'backstage-plugin-kargo-common';
import { FAILSAFE_SCHEMA, Schema, Type } from 'js-yaml';
import { createMerge, NULL } from './marks';

/** Tags that nobody knows say nothing, but for those that are none. */
const UNKNOWN_TAGS = ['!', 'tag:'].flatMap(prefix => [
  new Type(prefix, {
    kind: 'scalar',
    multi: true,
    construct: (value: string | null, tag = '') =>
      unquotedNegation(tag, value ?? '') ?? value ?? '',
  }),
  ...(['sequence', 'mapping'] as const).map(
    kind =>
      new Type(prefix, {
        kind,
        multi: true,
        construct: (value: unknown) => value,
      }),
  ),
]);

/** Every scalar is the text that it is written as. */
export const TEXT_SCHEMA: Schema = FAILSAFE_SCHEMA.extend({
  explicit: UNKNOWN_TAGS,
});

/**
 * Types of scalars as Kubernetes tools know them. What needs to be told apart later, a
 * null as a key and a `<<`, stays a mark until the document is finished.
 */
export const KUBERNETES_SCHEMA: Schema = FAILSAFE_SCHEMA.extend({
  implicit: [
    // By its usual name the parser would merge at the end, whatever stands behind it.
    new Type('tag:kubernetes,merge', {
      kind: 'scalar',
      resolve: (text: string) => text === '<<',
      construct: createMerge,
    }),
    // One type for everything that a plain scalar may be; what stays a text is not its.
    new Type('tag:kubernetes,plain', {
      kind: 'scalar',
      resolve: (text: string | null) =>
        typeof plainScalar(text ?? '') !== 'string',
      construct: (text: string | null) => marked(plainScalar(text ?? '')),
    }),
  ],
  explicit: [
    ...['bool', 'int', 'float', 'null', 'binary', 'timestamp'].map(
      name =>
        new Type(`tag:yaml.org,2002:${name}`, {
          kind: 'scalar',
          resolve: (text: string | null) =>
            taggedScalar(name, text ?? '') !== undefined,
          construct: (text: string | null) =>
            marked(taggedScalar(name, text ?? '') ?? null),
        }),
    ),
    ...UNKNOWN_TAGS,
  ],
});

function marked(value: ScalarValue): ScalarValue | typeof NULL {
  return value === null ? NULL : value;
}
