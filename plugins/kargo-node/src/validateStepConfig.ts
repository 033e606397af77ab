import { JsonValue } from 'backstage-plugin-kargo-common';
import { z } from 'zod';
import { AnyStep } from './contracts/step';

type Issue = z.core.$ZodIssue;

/** One thing that is wrong with a step's configuration. @public */
export interface StepConfigProblem {
  /** Dotted path with plain array indexes, `(root)` for the whole configuration. */
  path: string;
  message: string;
}

/**
 * What a step makes of a configuration: the parsed value, or everything that is wrong.
 *
 * @public
 */
export type StepConfigCheck =
  | { ok: true; config: unknown }
  | { ok: false; problems: StepConfigProblem[] };

/**
 * Checks an evaluated step configuration against the schema of the step.
 *
 * @remarks
 * Problems are worded as Kargo's own JSON Schema checks word them, so that what people
 * find when they search for a message still applies.
 *
 * @public
 */
export function checkStepConfig(
  step: Pick<AnyStep, 'config'>,
  config: JsonValue | undefined,
): StepConfigCheck {
  const given = config ?? {};
  let parsed: ReturnType<typeof step.config.safeParse>;
  try {
    parsed = step.config.safeParse(given);
  } catch (error) {
    // A schema may run what the step brings along, such as `transform(text => new URL(text))`.
    const message = `the schema of the step broke: ${(error as Error).message}`;
    return { ok: false, problems: [{ path: '(root)', message }] };
  }
  if (parsed.success) {
    return { ok: true, config: parsed.data };
  }
  const issues = parsed.error.issues.filter(isTelling);
  const problems = issues.flatMap(issue =>
    wordIssue(refineIssue(issue, step.config), given),
  );
  const byText = new Map(problems.map(each => [formatProblem(each), each]));
  return { ok: false, problems: [...byText.values()] };
}

/** An empty value of another type is no value that is too short. */
function isTelling(issue: Issue, _: number, issues: readonly Issue[]): boolean {
  return (
    issue.code === 'invalid_type' ||
    !issues.some(
      ({ code, path }) =>
        code === 'invalid_type' && dotted(path) === dotted(issue.path),
    )
  );
}

function formatProblem({ path, message }: StepConfigProblem): string {
  return `${path}: ${message}`;
}

/**
 * The problems of an evaluated step configuration; empty when it is valid.
 *
 * @public
 */
export function validateStepConfig(
  step: Pick<AnyStep, 'config'>,
  config: JsonValue | undefined,
): StepConfigProblem[] {
  const check = checkStepConfig(step, config);
  return check.ok ? [] : check.problems;
}

/**
 * Paths of an evaluated configuration at which the schema of the step wants a text and
 * something else stands.
 *
 * @remarks
 * Rendered templates are typed by how they look. A field that holds texts only is a text
 * all the same: the tag `1234567`, a request's body that is JSON.
 *
 * @public
 */
export function listTextFields(
  step: Pick<AnyStep, 'config'>,
  config: JsonValue | undefined,
): PropertyKey[][] {
  const parsed = step.config.safeParse(config ?? {});
  return parsed.success ? [] : parsed.error.issues.flatMap(textFieldsOf);
}

function textFieldsOf(issue: Issue): PropertyKey[][] {
  switch (issue.code) {
    case 'invalid_type':
      return issue.expected === 'string' ? [issue.path] : [];
    case 'invalid_value':
      return issue.values.every(value => typeof value === 'string')
        ? [issue.path]
        : [];
    case 'invalid_union':
      return issue.errors
        .flat()
        .flatMap(textFieldsOf)
        .map(path => [...issue.path, ...path]);
    default:
      return [];
  }
}

/**
 * The message of a step that fails because of its configuration:
 * `invalid <step> config: <path>: <problem>`, one problem per line.
 *
 * @public
 */
export function formatStepConfigProblems(
  stepId: string,
  problems: readonly StepConfigProblem[],
): string {
  return `invalid ${stepId} config: ${problems.map(formatProblem).join('\n')}`;
}

/**
 * The issue with the type that JSON Schema has for the field: zod tells that it wants a
 * number before it tells that it wants a whole one.
 */
function refineIssue(issue: Issue, config: AnyStep['config']): Issue {
  return issue.code === 'invalid_type' &&
    issue.expected === 'number' &&
    typeInSchema(config, issue.path) === 'integer'
    ? { ...issue, expected: 'int' }
    : issue;
}

type JSONSchema = z.core.JSONSchema.BaseSchema;

/** The type that JSON Schema has for a field. */
function typeInSchema(
  config: AnyStep['config'],
  path: readonly PropertyKey[],
): unknown {
  const root = z.toJSONSchema(config, { io: 'input', unrepresentable: 'any' });
  const found = path.reduce<unknown>((schema, part) => {
    const { properties = {}, items } = (schema ?? {}) as JSONSchema;
    return typeof part === 'number' ? items : Reflect.get(properties, part);
  }, root);
  return (found as JSONSchema | undefined)?.type;
}

function wordIssue(issue: Issue, config: JsonValue): StepConfigProblem[] {
  switch (issue.code) {
    case 'invalid_type':
      return [wordInvalidType(issue, config)];
    case 'unrecognized_keys':
      return issue.keys.map(key => ({
        path: dotted(issue.path),
        message: `Additional property ${key} is not allowed`,
      }));
    default:
      return wordMissing(issue, config) ?? [wordConstraint(issue, config)];
  }
}

function wordInvalidType(
  issue: Extract<Issue, { code: 'invalid_type' }>,
  config: JsonValue,
): StepConfigProblem {
  const missing = wordMissing(issue, config);
  if (missing) {
    return missing[0];
  }
  return {
    path: dotted(issue.path),
    message: `Invalid type. Expected: ${schemaType(
      issue.expected,
    )}, given: ${typeOf(valueAt(config, issue.path))}`,
  };
}

/** JSON Schema reports a missing property on the object that misses it. */
function wordMissing(
  issue: Issue,
  config: JsonValue,
): StepConfigProblem[] | undefined {
  const field = issue.path.at(-1);
  if (typeof field !== 'string' || valueAt(config, issue.path) !== undefined) {
    return undefined;
  }
  return [
    { path: dotted(issue.path.slice(0, -1)), message: `${field} is required` },
  ];
}

function wordConstraint(issue: Issue, config: JsonValue): StepConfigProblem {
  const path = dotted(issue.path);
  switch (issue.code) {
    case 'too_small':
      return { path, message: wordLimit(issue.origin, issue.minimum, 'min') };
    case 'too_big':
      return { path, message: wordLimit(issue.origin, issue.maximum, 'max') };
    case 'invalid_format':
      return {
        path,
        message:
          issue.format === 'regex'
            ? `Does not match pattern '${stripSlashes(issue.pattern)}'`
            : `Does not match format '${
                issue.format === 'url' ? 'uri' : issue.format
              }'`,
      };
    case 'invalid_value':
      return { path, message: wordValues(path, issue.values, config, issue) };
    case 'invalid_union':
      return {
        path,
        message: 'Must validate one and only one schema (oneOf)',
      };
    default:
      return { path, message: issue.message };
  }
}

function wordValues(
  name: string,
  values: readonly unknown[],
  config: JsonValue,
  issue: Issue,
): string {
  const given = valueAt(config, issue.path);
  if (typeOf(given) !== 'string') {
    return `Invalid type. Expected: string, given: ${typeOf(given)}`;
  }
  const allowed = values.map(value => JSON.stringify(value)).join(', ');
  return `${name} must be one of the following: ${allowed}`;
}

function wordLimit(
  origin: string,
  limit: number | bigint,
  side: 'min' | 'max',
): string {
  const atLeast = side === 'min';
  switch (origin) {
    case 'string':
      return `String length must be ${
        atLeast ? 'greater' : 'less'
      } than or equal to ${limit}`;
    case 'array':
      return `Array must have at ${atLeast ? 'least' : 'most'} ${limit} items`;
    case 'object':
    case 'record':
      return `Must have at ${atLeast ? 'least' : 'most'} ${limit} properties`;
    default:
      return `Must be ${
        atLeast ? 'greater' : 'less'
      } than or equal to ${limit}`;
  }
}

function stripSlashes(pattern: string | undefined): string {
  return (pattern ?? '').replace(/^\/|\/[a-z]*$/g, '');
}

function schemaType(expected: string): string {
  switch (expected) {
    case 'int':
      return 'integer';
    case 'record':
      return 'object';
    default:
      return expected;
  }
}

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') {
    return Number.isInteger(value) ? 'integer' : 'number';
  }
  return typeof value;
}

function valueAt(config: JsonValue, path: readonly PropertyKey[]): unknown {
  let current: unknown = config;
  for (const part of path) {
    if (typeof current !== 'object' || current === null) {
      return undefined;
    }
    current = Reflect.get(current, part);
  }
  return current;
}

function dotted(path: readonly PropertyKey[]): string {
  return path.length ? path.map(String).join('.') : '(root)';
}
