import { JsonValue } from 'backstage-plugin-kargo-common';
import { z } from 'zod';
import {
  checkStepConfig,
  formatStepConfigProblems,
  listTextFields,
  validateStepConfig,
} from './validateStepConfig';

const step = {
  config: z.strictObject({
    path: z.string().min(1),
    count: z.int().min(1).max(5).optional(),
    ports: z.array(z.strictObject({ port: z.int() })).optional(),
    share: z.number().optional(),
    targets: z.array(z.enum(['a', 'b'])).optional(),
    url: z
      .url()
      .refine(url => !url.includes('e'), "Does not match format 'uri'")
      .optional(),
    method: z.enum(['GET', 'PUT']).optional(),
    updates: z
      .array(z.strictObject({ key: z.string().min(1), value: z.json() }))
      .min(1)
      .optional(),
    mode: z
      .string()
      .regex(/^0[0-7]{3}$/)
      .optional(),
    labels: z.record(z.string(), z.string()).optional(),
  }),
};

describe('validateStepConfig', () => {
  it.each([
    ['a missing property', {}, '(root): path is required'],
    [
      'a missing property of any type',
      { path: 'p', updates: [{ key: 'a' }] },
      'updates.0: value is required',
    ],
    [
      'an empty text',
      { path: '' },
      'path: String length must be greater than or equal to 1',
    ],
    [
      'null where a text is expected',
      { path: null },
      'path: Invalid type. Expected: string, given: null',
    ],
    [
      'a number where a text is expected',
      { path: 1.1 },
      'path: Invalid type. Expected: string, given: number',
    ],
    [
      'null for an optional property',
      { path: 'p', method: null },
      'method: Invalid type. Expected: string, given: null',
    ],
    [
      'an unknown property',
      { path: 'p', fromFreight: true },
      '(root): Additional property fromFreight is not allowed',
    ],
    [
      'an unknown value',
      { path: 'p', method: 'get' },
      'method: method must be one of the following: "GET", "PUT"',
    ],
    [
      'an unknown value in a list',
      { path: 'p', targets: ['a', 'c'] },
      'targets.1: targets.1 must be one of the following: "a", "b"',
    ],
    [
      'an empty list where a text is expected',
      { path: [] },
      'path: Invalid type. Expected: string, given: array',
    ],
    [
      'an empty text where a list is expected',
      { path: 'p', updates: '' },
      'updates: Invalid type. Expected: array, given: string',
    ],
    [
      'a text that is no URL',
      { path: 'p', url: 'here' },
      "url: Does not match format 'uri'",
    ],
    [
      'a fraction where an integer is expected',
      { path: 'p', count: 1.5 },
      'count: Invalid type. Expected: integer, given: number',
    ],
    [
      'a text where an integer is expected',
      { path: 'p', count: '1' },
      'count: Invalid type. Expected: integer, given: string',
    ],
    [
      'a text where an integer is expected in a list',
      { path: 'p', ports: [{ port: '80' }] },
      'ports.0.port: Invalid type. Expected: integer, given: string',
    ],
    [
      'a text where any number is expected',
      { path: 'p', share: '1' },
      'share: Invalid type. Expected: number, given: string',
    ],
    [
      'a number below the limit',
      { path: 'p', count: 0 },
      'count: Must be greater than or equal to 1',
    ],
    [
      'a number above the limit',
      { path: 'p', count: 6 },
      'count: Must be less than or equal to 5',
    ],
    [
      'an empty list',
      { path: 'p', updates: [] },
      'updates: Array must have at least 1 items',
    ],
    [
      'a text that does not match the pattern',
      { path: 'p', mode: '644' },
      "mode: Does not match pattern '^0[0-7]{3}$'",
    ],
    [
      'a wrong type inside a map',
      { path: 'p', labels: { a: 1 } },
      'labels.a: Invalid type. Expected: string, given: integer',
    ],
  ])('words %s', (_, config, expected) => {
    const problems = validateStepConfig(step, config);
    expect(problems.map(p => `${p.path}: ${p.message}`)).toEqual([expected]);
  });

  it('takes an absent configuration for an empty one', () => {
    expect(
      validateStepConfig({ config: z.strictObject({}) }, undefined),
    ).toEqual([]);
  });

  it('returns the parsed configuration with its defaults', () => {
    const config = z.strictObject({ strict: z.boolean().default(false) });
    expect(checkStepConfig({ config }, {})).toEqual({
      ok: true,
      config: { strict: false },
    });
  });

  it('accepts an integral fraction as an integer and null where any JSON may stand', () => {
    expect(
      validateStepConfig(step, {
        path: 'p',
        count: 1.0,
        updates: [{ key: 'a', value: null }],
      }),
    ).toEqual([]);
  });
});

describe('formatStepConfigProblems', () => {
  it('names the step and puts each problem on its own line', () => {
    expect(
      formatStepConfigProblems('copy', [
        { path: '(root)', message: 'inPath is required' },
        { path: '(root)', message: 'outPath is required' },
      ]),
    ).toBe(
      'invalid copy config: (root): inPath is required\n(root): outPath is required',
    );
  });
});

describe('listTextFields', () => {
  it.each<[string, JsonValue, PropertyKey[][]]>([
    ['a text', { path: 7 }, [['path']]],
    ['one of several texts', { path: 'p', method: true }, [['method']]],
    ['a text of a pattern', { path: 'p', mode: 644 }, [['mode']]],
    [
      'the key of an update, whose value may be anything',
      { path: 'p', updates: [{ key: 1, value: 2 }] },
      [['updates', 0, 'key']],
    ],
    [
      'a text of a map',
      { path: 'p', labels: { a: { b: 1 } } },
      [['labels', 'a']],
    ],
    ['no number', { path: 'p', count: 'x' }, []],
    ['nothing of what is valid', { path: 'p' }, []],
    ['nothing of what is no configuration', [], []],
  ])('names %s', (_, config, paths) => {
    expect(listTextFields(step, config)).toEqual(paths);
  });

  it('looks into the choices of a union', () => {
    const config = z.object({
      auth: z.union([
        z.object({ token: z.string() }),
        z.object({ user: z.string() }),
      ]),
    });
    expect(listTextFields({ config }, { auth: { token: 5 } })).toContainEqual([
      'auth',
      'token',
    ]);
  });

  it('lets a field that takes numbers too have them', () => {
    const config = z.object({ it: z.union([z.string(), z.number()]) });
    expect(listTextFields({ config }, { it: 5 })).toEqual([]);
  });
});

describe('a schema that breaks', () => {
  it.each<[what: string, config: z.ZodType, told: string]>([
    [
      'by what it makes of a text',
      z.object({ url: z.string().transform(text => new URL(text)) }),
      'Invalid URL',
    ],
    [
      'because it cannot tell at once',
      z.object({ url: z.string().refine(async () => true) }),
      'Promise',
    ],
  ])('%s is a problem of the configuration', (_, config, told) => {
    expect(checkStepConfig({ config }, { url: 'nowhere' })).toEqual({
      ok: false,
      problems: [
        {
          path: '(root)',
          message: expect.stringMatching(
            `the schema of the step broke: .*${told}`,
          ),
        },
      ],
    });
  });
});
