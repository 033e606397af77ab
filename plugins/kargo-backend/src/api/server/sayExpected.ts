import { z } from 'zod';

/** What types are called in an error; others by their own name. */
const TYPES: Readonly<Record<string, string>> = {
  array: 'a list',
  boolean: 'true or false',
  int: 'a whole number',
  nonoptional: 'a value',
  object: 'an object',
  record: 'an object',
  string: 'a text',
};

/**
 * Says what a schema expected of a request, where the schema has no words of its own. What the
 * request held is not told: it may be a secret.
 */
export function sayExpected(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_type': {
      const type = String(issue.expected);
      const found = issue.input === undefined ? ', found nothing' : '';
      return `expected ${TYPES[type] ?? `a ${type}`}${found}`;
    }
    case 'invalid_value':
      return `expected ${(issue.values as unknown[])
        .map(value => JSON.stringify(value))
        .join(' or ')}`;
    case 'too_small':
      return `expected at least ${issue.minimum}${unitOf(issue)}`;
    case 'too_big':
      return `expected at most ${issue.maximum}${unitOf(issue)}`;
    default:
      return undefined;
  }
}

function unitOf({ origin }: z.core.$ZodRawIssue): string {
  switch (origin) {
    case 'string':
      return ' characters';
    case 'array':
      return ' elements';
    default:
      return '';
  }
}
