import { InputError } from '@backstage/errors';
import { z } from 'zod';
import { sayExpected } from './sayExpected';

/** A yes or no in a query. */
export const flag = z
  .enum(['true', 'false'], { error: 'expected true or false' })
  .transform(text => text === 'true');

/** A name that may be given several times. */
export const names = z.array(z.string().min(1));

/** A whole number from 0 up in a query. */
export const wholeNumber = z
  .string()
  .regex(/^\d{1,9}$/, { error: 'expected a whole number' })
  .transform(Number);

/** How many of the newest are wanted. */
export const newest = wholeNumber
  .optional()
  .describe('Only so many, the newest first; 500 at most');

/** Which part of a list, in the words of Kubernetes. */
export const pageParameters = {
  limit: wholeNumber
    .optional()
    .describe('Only so many, in the order of names; 500 at most'),
  continue: z
    .string()
    .regex(/^[\w-]+$/, {
      error: 'expected metadata.continue of the page before',
    })
    .optional()
    .describe('Goes on behind a page: its `metadata.continue`'),
};

/**
 * Parameters whose other values say nothing: Kargo asks for `true` and for digits, and goes
 * on as without the parameter when there is something else.
 */
const LENIENT = new Set<z.ZodType>([flag, wholeNumber]);

/** Parameters of lists and objects that can be watched. */
export const watchParameters = {
  watch: flag.optional(),
  resourceVersion: z
    .string()
    .regex(/^\d{1,18}$/, { error: 'expected a resourceVersion of a list' })
    .optional(),
};

/** What a request for a watch says. */
export interface WatchQuery {
  watch?: boolean;
  resourceVersion?: string;
}

/** Shape of the parameters of a route. */
export type QuerySchema = z.ZodObject<z.ZodRawShape>;

/**
 * Reads the parameters behind `?`. Several values are one list, also when a client
 * writes them as `name[]=…`. An empty value counts as absent where the parameter may be, but
 * for one that takes a single word, such as `dryRun`: who writes it does not mean to go without.
 *
 * @remarks What Kargo ignores is ignored and told to `warn`: unknown parameters, repetitions,
 * and a flag or number that is none.
 * @throws InputError for invalid parameters.
 */
export function parseQuery<S extends QuerySchema>(
  search: URLSearchParams,
  schema: S,
  warn: (warning: string) => void = () => undefined,
): z.output<S> {
  const parsed = schema.safeParse(givenParameters(search, schema, warn), {
    error: sayExpected,
  });
  if (!parsed.success) {
    throw new InputError(
      parsed.error.issues
        .map(issue => `Parameter '${String(issue.path[0])}': ${issue.message}`)
        .join('; '),
    );
  }
  return parsed.data;
}

/**
 * The parameters that count, as they were sent, by their names: nothing of what
 * {@link parseQuery} ignores.
 */
export function givenParameters(
  search: URLSearchParams,
  schema: QuerySchema,
  warn: (warning: string) => void = () => undefined,
): Record<string, string | string[]> {
  const given: Record<string, string | string[]> = {};
  for (const parameter of new Set(search.keys())) {
    const name = parameter.replace(/\[\]$/, '');
    const values = search.getAll(parameter);
    const field = Object.hasOwn(schema.shape, name)
      ? (schema.shape[name] as z.ZodType)
      : undefined;
    if (!field) {
      warn(unknownParameter(name, Object.keys(schema.shape)));
    } else if (isList(field)) {
      given[name] = [...(given[name] ?? []), ...values];
    } else {
      if (values.length > 1) {
        warn(`Parameter '${name}' is given more than once; the first counts`);
      }
      const [value] = values;
      const isAbsent = value === '' && mayBeEmpty(field);
      const ignored = isAbsent ? undefined : whyIgnored(field, value);
      if (ignored !== undefined) {
        warn(`Parameter '${name}' is ignored: ${ignored}`);
      } else if (!isAbsent) {
        given[name] = value;
      }
    }
  }
  return given;
}

function whyIgnored(field: z.ZodType, value: string): string | undefined {
  if (!LENIENT.has(withoutOptional(field))) {
    return undefined;
  }
  return field.safeParse(value).error?.issues[0].message;
}

/** Whether a parameter may be given several times. */
export function isList(field: z.ZodType): boolean {
  return withoutOptional(field) instanceof z.ZodArray;
}

function mayBeEmpty(field: z.ZodType): boolean {
  const inner = withoutOptional(field);
  const isOneWord = inner instanceof z.ZodEnum && inner.options.length === 1;
  return field instanceof z.ZodOptional && !isOneWord;
}

function withoutOptional(field: z.ZodType): z.ZodType {
  return field instanceof z.ZodOptional ? (field.unwrap() as z.ZodType) : field;
}

function unknownParameter(name: string, known: string[]): string {
  return known.length > 0
    ? `Parameter '${name}' is unknown and ignored; known are ${known.join(
        ', ',
      )}`
    : `Parameter '${name}' is unknown and ignored; this request takes none`;
}
