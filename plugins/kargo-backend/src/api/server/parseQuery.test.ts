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
    ['origins[]=a&origins%5B%5D=b&origins=c', { origins: ['a', 'b', 'c'] }],
  ])('reads %s', (text, expected) => {
    expect(parseQuery(new URLSearchParams(text), schema)).toEqual(expected);
  });

  it.each([
    ['watch=yes', /'watch'/],
    ['page=-1', /'page': expected a whole number/],
    ['stage=a&stage=b', /'stage' is given more than once/],
    [
      'stages=a',
      /Unknown parameter 'stages'; known are watch, page, stage, origins/,
    ],
    ['origins=', /'origins'/],
    ['constructor=x', /Unknown parameter 'constructor'/],
  ])('refuses %s', (text, message) => {
    expect(() => parseQuery(new URLSearchParams(text), schema)).toThrow(
      expect.objectContaining({
        name: 'InputError',
        message: expect.stringMatching(message),
      }),
    );
  });
});
