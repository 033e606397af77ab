import { z } from 'zod';

/**
 * The first thing that a schema finds wrong, and where: `spec.count: Invalid input`. Without a
 * place where it is the value as a whole.
 *
 * @param place - names that lead to the value, if it is part of something
 *
 * @public
 */
export function firstIssue(error: z.ZodError, ...place: string[]): string {
  const [{ path, message }] = error.issues;
  const where = [...place, ...path].join('.');
  return where === '' ? message : `${where}: ${message}`;
}
