import { withClosedBlock } from './openBlock';

/** What an edit is given, and what comes of it when it adds to the end. */
function edited(text: string, change: (given: string) => string) {
  let given = '';
  const result = withClosedBlock(text, closed => {
    given = closed;
    return change(closed);
  });
  return { given, result };
}

describe('a block scalar in which a text ends without a line break', () => {
  it.each([
    ['a: |\n  x', 'a: |-\n  x'],
    ['a: >\n  x\n  y', 'a: >-\n  x\n  y'],
    ['a: |+\n  x', 'a: |-\n  x'],
    ['a: |-\n  x', 'a: |-\n  x'],
    ['a: |2\n   x', 'a: |2-\n   x'],
    ['a: |2+ # c\n   x', 'a: |2- # c\n   x'],
    ['- a: 1\n  b: !t &x |\n    x', '- a: 1\n  b: !t &x |-\n    x'],
    ['--- |\n x', '--- |-\n x'],
    ['a: |\n  x\n---\nb:\n- >\n  y', 'a: |\n  x\n---\nb:\n- >-\n  y'],
  ])('has none in its value, which its header says: %j', (text, closed) => {
    expect(edited(text, given => `${given}\nz: 1`)).toEqual({
      given: closed,
      result: `${closed}\nz: 1`,
    });
  });

  it('keeps its header where it still ends the text', () => {
    const { result } = edited('t: v1\na: |+\n  x', given =>
      given.replace('v1', 'v2'),
    );
    expect(result).toBe('t: v2\na: |+\n  x');
  });

  it.each([
    ['a line break at the end', 'a: |\n  x\n'],
    ['a line without a text at the end', 'a: |\n  x\n  '],
    ['no block scalar', 'a: x'],
    ['another value behind it', 'a: |\n  x\nb: y'],
    ['a text in quotes that looks like one', 'a: "b: |\n  x"'],
    ['a plain text that looks like one', 'a: b |\n  x'],
    ['a comment behind it', 'a: |\n  x\n# c'],
    ['nothing', ''],
  ])('is none where there is %s', (_, text) => {
    expect(edited(text, given => given).given).toBe(text);
  });
});
