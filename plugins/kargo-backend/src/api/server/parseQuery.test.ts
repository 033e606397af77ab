import { z } from 'zod';
import { flag, names, parseQuery, wholeNumber } from './parseQuery';

const schema = z.object({
  watch: flag.optional(),
  page: wholeNumber.optional(),
  stage: z.string().optional(),
  origins: names.optional(),
});

describe('parseQuery', () => {
  it.each([
    ['', {}],
    ['watch=true', { watch: true }],
    ['watch=false&page=12', { watch: false, page: 12 }],
    ['origins=a', { origins: ['a'] }],
    ['origins=a&origins=b', { origins: ['a', 'b'] }],
    ['watch=&page=&stage=', {}],
    ['origins[]=a&origins%5B%5D=b&origins=c', { origins: ['a', 'b', 'c'] }],
  ])('reads %s', (text, expected) => {
    expect(parseQuery(new URLSearchParams(text), schema)).toEqual(expected);
  });

  it.each<[string, object, RegExp]>([
    ['watch=1', {}, /'watch' is ignored: expected true or false/],
    ['page=-1', {}, /'page' is ignored: expected a whole number/],
    [
      'stage=a&stage=b',
      { stage: 'a' },
      /'stage' is given more than once; the first counts/,
    ],
    [
      'stages=a&page=1',
      { page: 1 },
      /'stages' is unknown and ignored; known are watch, page, stage, origins/,
    ],
    ['constructor=x', {}, /'constructor' is unknown and ignored/],
  ])('reads %s and tells what is ignored', (text, expected, warning) => {
    const warnings: string[] = [];
    const read = parseQuery(new URLSearchParams(text), schema, told =>
      warnings.push(told),
    );
    expect(read).toEqual(expected);
    expect(warnings).toEqual([expect.stringMatching(warning)]);
  });

  it.each([
    ['alias=a&origins=', /'origins'/],
    ['alias=', /'alias'/],
    ['alias=a&dryRun=', /'dryRun'/],
  ])('refuses %s', (text, message) => {
    const needy = schema.extend({
      alias: z.string().min(1),
      dryRun: z.enum(['All']).optional(),
    });
    expect(() => parseQuery(new URLSearchParams(text), needy)).toThrow(
      expect.objectContaining({
        name: 'InputError',
        message: expect.stringMatching(message),
      }),
    );
  });
});
