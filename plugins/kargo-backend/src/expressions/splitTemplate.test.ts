import { isTemplate, splitTemplate, TemplatePart } from './splitTemplate';

const text = (value: string): TemplatePart => ({ text: value });
const expression = (value: string): TemplatePart => ({ expression: value });

describe('splitTemplate', () => {
  it.each<[string, TemplatePart[]]>([
    ['plain', [text('plain')]],
    ['${{ a }}', [text(''), expression('a'), text('')]],
    [
      'x-${{ a }}-${% b %}!',
      [text('x-'), expression('a'), text('-'), expression('b'), text('!')],
    ],
    ['${% {a:{b:1}} %}', [text(''), expression('{a:{b:1}}'), text('')]],
    // The first closing delimiter ends an expression, also inside a text.
    ["${{ '}}' }}", [text(''), expression("'"), text("' }}")]],
    ['${{ %} }}', [text(''), expression('%}'), text('')]],
    ['$${{ 1 }}', [text('$'), expression('1'), text('')]],
    // An empty expression ends the reading, a blank one does not.
    ['a${{}}b${{ c }}', [text('a'), text('b${{ c }}')]],
    ['a${{ }}b', [text('a'), expression(''), text('b')]],
  ])('cuts %j', (source, parts) => {
    expect(splitTemplate(source)).toEqual(parts);
  });

  it.each(['${{', '${{ 1 }', '${{ 1 %}', 'x ${% 1 }}', '${{ 1 }} ${{'])(
    'refuses %j',
    source => {
      expect(() => splitTemplate(source)).toThrow(
        expect.objectContaining({ stage: 'template' }),
      );
    },
  );

  it('takes time in proportion to the length', () => {
    const blanks = ' '.repeat(200_000);
    expect(splitTemplate(`\${{ 'a${blanks}b' }}`)).toHaveLength(3);
    expect(splitTemplate('${{ 1 }}'.repeat(20_000))).toHaveLength(40_001);
  });
});

describe('isTemplate', () => {
  it.each([
    ['${{ 1 }}', true],
    ['${% 1 %}', true],
    ['{{ 1 }}', false],
    ['${ 1 }', false],
    ['$ {{ 1 }}', false],
    ['42', false],
  ])('%j: %s', (source, expected) => {
    expect(isTemplate(source)).toBe(expected);
  });
});
