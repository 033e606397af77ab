import { InputError } from '@backstage/errors';
import { z } from 'zod';

/** A yes or no in a query. */
export const flag = z
  .enum(['true', 'false'])
  .transform(text => text === 'true');

/** A name that may be given several times. */
export const names = z.array(z.string().min(1));

/** A whole number from 0 up in a query. */
export const wholeNumber = z
  .string()
  .regex(/^\d{1,9}$/, { error: 'expected a whole number' })
  .transform(Number);

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
 * writes them as `name[]=…`.
 *
 * @throws InputError for unknown, repeated and invalid parameters.
 */
export function parseQuery<S extends QuerySchema>(
  search: URLSearchParams,
  schema: S,
): z.output<S> {
  const given: Record<string, unknown> = {};
  for (const parameter of new Set(search.keys())) {
    const name = parameter.replace(/\[\]$/, '');
    const field = Object.hasOwn(schema.shape, name)
      ? (schema.shape[name] as z.ZodType)
      : undefined;
    if (!field) {
      throw new InputError(unknownParameter(name, Object.keys(schema.shape)));
    }
    const values = search.getAll(parameter);
    if (!isList(field) && values.length > 1) {
      throw new InputError(`Parameter '${name}' is given more than once`);
    }
    given[name] = isList(field)
      ? [...((given[name] as string[] | undefined) ?? []), ...values]
      : values[0];
  }
  const parsed = schema.safeParse(given);
  if (!parsed.success) {
    throw new InputError(
      parsed.error.issues
        .map(issue => `Parameter '${String(issue.path[0])}': ${issue.message}`)
        .join('; '),
    );
  }
  return parsed.data;
}

/** Whether a parameter may be given several times. */
export function isList(field: z.ZodType): boolean {
  const inner = field instanceof z.ZodOptional ? field.unwrap() : field;
  return inner instanceof z.ZodArray;
}

function unknownParameter(name: string, known: string[]): string {
  return known.length > 0
    ? `Unknown parameter '${name}'; known are ${known.join(', ')}`
    : `Unknown parameter '${name}'; this request takes none`;
}
