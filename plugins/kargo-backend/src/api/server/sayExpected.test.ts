import { z } from 'zod';
import { sayExpected } from './sayExpected';

const SCHEMA = z.object({
  name: z.string().min(1).max(5),
  data: z.record(z.string(), z.string({ error: 'expected words' })),
  list: z.array(z.object({ value: z.number() })).min(1),
  type: z.enum(['git', 'helm']),
  shared: z.boolean(),
});

const GOOD = {
  name: 'a',
  data: {},
  list: [{ value: 1 }],
  type: 'git',
  shared: true,
};

describe('sayExpected', () => {
  it.each<[said: string, wrong: Record<string, unknown>]>([
    ['name: expected a text, found nothing', { name: undefined }],
    ['name: expected a text', { name: { secret: 's3cret' } }],
    ['name: expected at least 1 characters', { name: '' }],
    ['name: expected at most 5 characters', { name: 's3cret' }],
    ['data: expected an object, found nothing', { data: undefined }],
    ['data.a: expected words', { data: { a: 1 } }],
    ['list: expected a list', { list: {} }],
    ['list: expected at least 1 elements', { list: [] }],
    ['list.0: expected an object', { list: ['s3cret'] }],
    ['list.0.value: expected a number', { list: [{ value: 's3cret' }] }],
    ['type: expected "git" or "helm"', { type: 's3cret' }],
    ['shared: expected true or false', { shared: 's3cret' }],
  ])('%s', (said, wrong) => {
    const { error } = SCHEMA.safeParse(
      { ...GOOD, ...wrong },
      { error: sayExpected },
    );
    expect(
      error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`),
    ).toEqual([said]);
  });
});
