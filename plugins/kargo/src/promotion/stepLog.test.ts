import { JsonValue } from 'backstage-plugin-kargo-common';
import { stepLog } from './stepLog';

describe('what a step printed', () => {
  it.each<[string, JsonValue, string[]]>([
    ['a list of texts', { lines: ['a', 'b'] }, ['a', 'b']],
    ['another name', { logs: ['a'] }, ['a']],
    ['one text of lines', { log: 'a\nb\nc' }, ['a', 'b', 'c']],
    [
      'one text whose last line ends, too',
      { log: 'a\r\n\r\nc\r\n' },
      ['a', '', 'c'],
    ],
  ])('is %s', (_, output, lines) => {
    expect(stepLog(output)).toEqual(lines);
  });

  it.each<[string, JsonValue | undefined]>([
    ['nothing', undefined],
    ['a text of two lines', { log: 'a\nb' }],
    ['a text of two lines that both end', { log: 'a\nb\n' }],
    ['a list of nothing', { lines: [] }],
    ['a list with something else', { lines: ['a', 1] }],
    ['with something beside it', { lines: ['a'], commit: 'c' }],
    ['another field', { commit: 'c' }],
    ['no object', ['a', 'b', 'c']],
  ])('is not %s', (_, output) => {
    expect(stepLog(output)).toBeUndefined();
  });
});
