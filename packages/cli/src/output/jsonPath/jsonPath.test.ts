import { evaluateJsonPath, findByJsonPath } from './evaluateJsonPath';
import { parseJsonPath } from './parseJsonPath';

const LIST = {
  kind: 'List',
  items: [
    {
      metadata: {
        name: 'test',
        labels: { 'kargo.akuity.io/shard': 'a', plain: 'x' },
      },
      spec: { weight: 3, on: true },
      tags: ['1', '2', '3', '4'],
    },
    { metadata: { name: 'prod' }, spec: { weight: 7, on: false }, tags: [] },
  ],
};

function evaluate(template: string): string {
  return evaluateJsonPath(parseJsonPath(template), LIST);
}

describe('JSONPath templates', () => {
  it.each<[string, string, string]>([
    ['a field', '{.kind}', 'List'],
    ['a field of the root', '{$.kind}', 'List'],
    ['a bare path', '.kind', 'List'],
    ['a name without a dot', '{kind}', 'List'],
    ['text around', 'kind: {.kind}!', 'kind: List!'],
    ['every element', '{.items[*].metadata.name}', 'test prod'],
    ['an element', '{.items[1].metadata.name}', 'prod'],
    ['the last element', '{.items[-1].metadata.name}', 'prod'],
    ['several elements', '{.items[0].tags[0,2]}', '1 3'],
    ['a slice', '{.items[0].tags[1:3]}', '2 3'],
    ['a slice with a step', '{.items[0].tags[::2]}', '1 3'],
    [
      'an escaped name',
      '{.items[0].metadata.labels.kargo\\.akuity\\.io/shard}',
      'a',
    ],
    [
      'a quoted name',
      "{.items[0].metadata.labels['kargo.akuity.io/shard']}",
      'a',
    ],
    [
      'several names',
      "{.items[0].metadata.labels['plain','kargo.akuity.io/shard']}",
      'x a',
    ],
    ['everything below', '{..name}', 'test prod'],
    ['a wildcard', '{.items[0].spec.*}', '3 true'],
    ['an object as JSON', '{.items[1].spec}', '{"on":false,"weight":7}'],
    [
      'the whole in its range',
      '{range .items[1].metadata}{}{end}',
      '{"name":"prod"}',
    ],
    ['equality', '{.items[?(@.metadata.name=="prod")].spec.weight}', '7'],
    ['inequality', '{.items[?(@.metadata.name!="prod")].spec.weight}', '3'],
    ['order', '{.items[?(@.spec.weight > 3)].metadata.name}', 'prod'],
    [
      'order with equals',
      '{.items[?(@.spec.weight<=7)].metadata.name}',
      'test prod',
    ],
    [
      'what is at least so much',
      '{.items[?(@.spec.weight>=7)].metadata.name}',
      'prod',
    ],
    ['what is less', '{.items[?(@.spec.weight<7)].metadata.name}', 'test'],
    [
      'nothing of another kind',
      '[{.items[?(@.spec.weight>="3")].metadata.name}]',
      '[]',
    ],
    [
      'nothing by what is not there',
      '[{.items[?(@.metadata.labels.plain!="y")].metadata.name}{.items[?(@.none!=@.nothing)].metadata.name}]',
      '[test]',
    ],
    [
      'the root within a filter, and blanks',
      '{ .items[ ?( @.spec.weight == $.items[1].spec.weight ) ].metadata.name }',
      'prod',
    ],
    ['blanks between indexes', '{.items[0].tags[ 0 , 2 ]}', '1 3'],
    ['blanks between names', "{.items[1]['metadata' , 'spec'].name}", 'prod'],
    ['elements of a list only', '[{.kind[0]}{.items[1].metadata[*].x}]', '[]'],
    ['booleans', '{.items[?(@.spec.on==true)].metadata.name}', 'test'],
    ['existence', '{.items[?(@.metadata.labels)].metadata.name}', 'test'],
    [
      'a range',
      '{range .items[*]}{.metadata.name}{"\\t"}{.spec.weight}{"\\n"}{end}',
      'test\t3\nprod\t7\n',
    ],
    [
      'ranges in each other',
      '{range .items[*]}<{range .tags[*]}{@}{end}>{end}',
      '<1234><>',
    ],
    ['the element itself', '{range .items[1].spec.*}{@},{end}', '7,false,'],
    ['a lone dot', '{.items[1].tags}{range .items[0].tags[0]}{.}{end}', '[]1'],
    ['what is not there', '[{.nothing.at.all}]', '[]'],
    ['an inherited property', '[{.constructor}]', '[]'],
  ])('know %s', (_, template, text) => {
    expect(evaluate(template)).toBe(text);
  });

  it.each<[string, unknown[]]>([
    ['{.items[*].metadata.name}', ['test', 'prod']],
    ['name: {.items[0].spec.weight}', [3]],
    [
      '{range .items[*]}{.metadata.name}: {.spec.weight}{end}',
      ['test', 3, 'prod', 7],
    ],
    ['{.nothing}', []],
  ])('find the values of %s', (template, values) => {
    expect(findByJsonPath(parseJsonPath(template), LIST)).toEqual(values);
  });

  it.each<[string, string]>([
    ['{.kind', "expected '}' at the end of the template"],
    ['{range .items[*]}x', '{range} without {end}'],
    ['x{end}', '{end} without {range}'],
    ['{.items[}', "expected an index, a slice, a '*', a name or ?(…) at '}'"],
    ['{.items[?(@.a==)]}', "expected a path such as .metadata.name at ')]}'"],
    ['{"abc}', "expected the quoted text to end at '\"abc}'"],
    ['{ ]}', "expected a path such as .metadata.name at ']}'"],
    ['{range .a}'.repeat(22), 'more than 20 ranges in each other'],
  ])('refuse %s', (template, message) => {
    expect(() => evaluate(template)).toThrow(
      expect.objectContaining({ name: 'JsonPathError', message }),
    );
  });
});
