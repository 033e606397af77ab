import { compile, evaluate } from './evaluate';
import { HostSignal } from './errors';
import type { FunctionDeclaration } from './FunctionDeclaration';
import { Types } from './types';
import { HostFunction, HostObject, HostType, Value } from './values';

const VERSION: HostType = {
  name: 'Version',
  members: new Map([
    ['Text', { type: Types.string, json: 'text', omitEmpty: true }],
    ['Count', { type: Types.int, json: 'count' }],
  ]),
  methods: new Map([
    [
      'Next',
      {
        parameters: [Types.int],
        result: Types.int,
        call: (self, [step]) =>
          (self.fields.get('Count') as bigint) + (step as bigint),
      },
    ],
  ]),
};

class Pending extends HostSignal {
  constructor(readonly wanted: string) {
    super();
  }
}

const declared = (
  name: string,
  parameters: FunctionDeclaration['overloads'][number]['parameters'],
  result: FunctionDeclaration['overloads'][number]['result'],
  call: (args: readonly Value[]) => Value,
): FunctionDeclaration => ({ name, overloads: [{ parameters, result }], call });

const functions = [
  declared('version', [], Types.object(VERSION), () => {
    const fields = new Map<string, Value>([['Count', 4n]]);
    return new HostObject(VERSION, fields);
  }),
  declared('lookUp', [Types.string], Types.unknown, ([name]) => {
    throw new Pending(String(name));
  }),
  declared('broken', [], Types.unknown, () => {
    throw new TypeError('out of order');
  }),
  declared('upper', [Types.string], Types.string, () => 'mine'),
];

function outcome(source: string): unknown {
  try {
    return evaluate(source, { x: 5, t: 'text' }, { functions });
  } catch (error) {
    const { stage, code } = error as { stage?: string; code?: string };
    return `${stage}: ${code}`;
  }
}

describe('declared functions', () => {
  it.each<[string, unknown]>([
    ['version().Count', 4n],
    ['version().Text', ''],
    ['version().Next(2)', 6n],
    ['version().Next(x)', 'run: argument-type'],
    ["version().Next('a')", 'check: argument-type'],
    ['version().Nope', 'check: unknown-member'],
    ['version().Text + 1', 'check: operand-types'],
    ['toJSON(version())', '{\n  "count": 4\n}'],
    ["'Text' in version()", true],
    ['upper(t)', 'mine'],
    ['::upper(t)', 'TEXT'],
    ['upper(1)', 'check: argument-type'],
    ['upper(x)', 'run: argument-type'],
    ['upper()', 'check: argument-count'],
    ['upper', null],
    ['let upper = 1; 2', 'check: redeclared-name'],
    ['broken()', 'run: host-function'],
  ])('give for %s', (source, expected) => {
    expect(outcome(source)).toEqual(expected);
  });

  it.each([
    ['version().text', 'Version has no member text; did you mean Text?'],
    ['version().next(1)', 'Version has no member next; did you mean Next?'],
    ["date('2026-01-01').year()", 'has no member year; did you mean Year?'],
    ['version().Nope', /Version has no member Nope \(/],
  ])('say for %s which member was meant', (source, message) => {
    expect(() => compile(source, { functions })).toThrow(message);
  });

  it('let a signal pass unchanged, however deep', () => {
    const program = compile("map([1], lookUp('a' + t))", { functions });
    expect(() => program.run({ t: 'b' })).toThrow(
      expect.objectContaining({ wanted: 'ab' }),
    );
  });

  it('name the place and the cause of their failure', () => {
    expect(() => evaluate('1 + broken()', {}, { functions })).toThrow(
      'broken(): out of order (line 1, column 5)',
    );
  });
});

describe('functions of the environment', () => {
  const env = {
    f: new HostFunction('f', [Types.string], ([value]) => value),
    raw: (() => 1) as unknown as Value,
  };

  it('are called with checked arguments', () => {
    expect(evaluate("f('a')", env)).toBe('a');
    expect(() => evaluate('f(1)', env)).toThrow('f() does not take int');
  });

  it('are not any function of JavaScript', () => {
    expect(() => evaluate('raw()', env)).toThrow('cannot be called');
  });
});

describe('an environment whose types are known', () => {
  const variables = new Map([['result', Types.bool]]);

  it.each([
    ['result == "true"', 'operand-types'],
    ['false ? result == "true" : true', 'operand-types'],
    ['other == 1', 'unknown-name'],
  ])('refuses %s before it runs', (source, code) => {
    expect(() => compile(source, { variables })).toThrow(
      expect.objectContaining({ stage: 'check', code }),
    );
  });

  it.each(['result', 'let other = result; other', '$env.result'])(
    'takes %s',
    source => {
      expect(compile(source, { variables }).run({ result: true })).toBe(true);
    },
  );
});
