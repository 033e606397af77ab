import { JsonValue } from 'backstage-plugin-kargo-common';
import { StepBudget, ValueMap } from 'backstage-plugin-kargo-expr';
import { Evaluation } from './Evaluation';
import { PLAIN_FUNCTIONS } from '../testing/plainFunctions';
import { VARIABLE_FUNCTIONS } from './functionSets';
import { LookupTable } from './lookups';
import { atOnce } from './Paced';
import { renderDocument, renderTemplate } from './template';

const ENV: ValueMap = {
  vars: { tag: '1.10', num: 42, on: true, list: [1, 2], name: 'web' },
};

function evaluationOf(
  env: ValueMap = ENV,
  more: { budget?: StepBudget } = {},
): Evaluation {
  return Evaluation.create({
    functions: PLAIN_FUNCTIONS,
    env,
    scope: { requests: [], freight: [], steps: [], lookups: new LookupTable() },
    nowMs: Date.UTC(2026, 0, 2),
    ...more,
  });
}

const render = (source: string, env?: ValueMap) =>
  atOnce(renderTemplate(source, evaluationOf(env), 'it'));

const renderAll = (document: JsonValue, env?: ValueMap) =>
  atOnce(renderDocument(document, evaluationOf(env), 'config'));

function failureOf(work: () => unknown): { stage: string; message: string } {
  try {
    work();
  } catch (error) {
    return error as { stage: string; message: string };
  }
  throw new Error('it was expected to fail');
}

describe('renderTemplate', () => {
  it.each<[string, JsonValue]>([
    ['42', '42'],
    ['null', 'null'],
    ['${{ 42 }}', 42],
    ['4${{ 2 }}', 42],
    ['${{ vars.tag }}', '1.10'],
    ['${{ quote(vars.tag) }}', '1.10'],
    ['v${{ vars.tag }}', 'v1.10'],
    ['${{ vars.on }}', true],
    ['${{ vars.list }}', [1, 2]],
    ['[${{ vars.num }},${{ vars.on }}]', [42, true]],
    ['${{ vars.absent }}', null],
    ['x${{ vars.absent }}', 'xnull'],
    ["${{ '${{' }}", '${{'],
    ["${% '}}' %}", '}}'],
    ["${{ '${' + '{ 1 }' + '}' }}", '${{ 1 }}'],
    ['${{ {a: 1} }}', { a: 1 }],
    ['${% {a: {b: 1}} %}', { a: { b: 1 } }],
    ['${{ asYAML({a: [1]}) }}', 'a:\n    - 1\n'],
    ['${{ asJSON({a: [1]}) }}', '{\n  "a": [\n    1\n  ]\n}\n'],
    ['x ${{ quote(1) }}', 'x "1"'],
    ['${{ vars.name }}\n', 'web\n'],
    ['${{ now().Year() }}', 2026],
  ])('%j is %j', (source, value) => {
    expect(render(source)).toEqual(value);
  });

  it.each([
    ['${{ 1', 'template', "it: '${{' has no closing '}}'"],
    ['${{ 1 + }}', 'parse', "in '1 +'"],
    ["${{ 1 + 'a' }}", 'check', "in '1 + 'a''"],
    [
      '${{  vars.absent.x }}',
      'run',
      "it: nil has no members (line 1, column 13) in 'vars.absent.x'",
    ],
    ['${{ 1/0 }}', 'encode', 'it: '],
    ['${{ quote(1/0) }}', 'run', 'it: '],
    ['${{ unsafeQuote(1/0) }}', 'run', 'it: '],
    ['${{ asJSON(1/0) }}', 'run', 'it: '],
    ['${{ imageFrom("x") }}', 'run', 'it: nil cannot be called'],
    ['${{ groupBy([1], #) }}', 'encode', 'it: '],
  ])('%j fails at stage %s', (source, stage, message) => {
    const failure = failureOf(() => render(source));
    expect(failure).toMatchObject({ name: 'TemplateError', stage });
    expect(failure.message).toContain(message);
  });

  it('shortens what it repeats of an expression', () => {
    const { message } = failureOf(() =>
      render(`\${{ ${'vars.absent.x +\n '.repeat(50)} 1 }}`),
    );
    expect(message.length).toBeLessThan(200);
    expect(message).not.toContain('\n');
  });

  it('never renders what it rendered', () => {
    const env = { vars: { text: '${{ vars.secret }}', secret: 's3cr3t' } };
    expect(render('${{ vars.text }}', env)).toBe('${{ vars.secret }}');
  });

  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])(
    'does not reach the inherited member %s',
    name => {
      expect(render(`\${{ vars.${name} }}`)).toBeNull();
      expect(render(`\${{ vars['${name}'] }}`)).toBeNull();
      expect(render(`\${{ '${name}' in vars }}`)).toBe(false);
      expect(render(`\${{ ${name} }}`)).toBeNull();
      expect(failureOf(() => render(`\${{ ${name}() }}`)).stage).toBe('run');
      expect(failureOf(() => render(`\${{ vars.${name}() }}`)).stage).toBe(
        'run',
      );
    },
  );

  it('bounds what it renders in all', () => {
    const million = "${{ repeat('x', 999999) }}";
    expect(render(million)).toHaveLength(999_999);
    expect(failureOf(() => render(million.repeat(600))).message).toContain(
      'too long',
    );
    const document = Object.fromEntries(
      Array.from({ length: 11 }, (_, i) => [`k${i}`, million]),
    );
    expect(failureOf(() => renderAll(document)).message).toBe(
      'config.k10: the rendered text is too long',
    );
  });

  it('ends when all expressions together take too many steps', () => {
    const env = { vars: { text: 'a'.repeat(400_000) } };
    const source = "${{ count(1..40, vars.text contains 'b') }}";
    expect(render(source, env)).toBe(0);
    const document = Object.fromEntries(
      Array.from({ length: 60 }, (_, i) => [`k${i}`, source]),
    );
    expect(failureOf(() => renderAll(document, env)).message).toMatch(
      /^config\.k\d+: the expressions take too many steps together/,
    );
  });

  it('has steps for ten lists of 60,000 elements', () => {
    const list = Array.from({ length: 60_000 }, (_, i) => i);
    const document = Object.fromEntries(
      Array.from({ length: 10 }, (_, i) => [
        `k${i}`,
        '${{ map(filter(vars.list, # > 9), # + 1) }}',
      ]),
    );
    const rendered = renderAll(document, { vars: { list } });
    expect(rendered?.k9).toHaveLength(59_990);
  });

  it('ends an expression that takes too many steps by itself', () => {
    const source = '${{ count(1..400000, # > 0 and # > 1 and # > 2) }}';
    expect(failureOf(() => render(source)).message).toContain(
      'the expression takes too many steps; it may take 500000',
    );
    expect(render('${{ len(map(1..200000, #)) }}')).toBe(200_000);
    // What the memory has room for is no more than that.
    expect(render('${{ len(1..999999) }}')).toBe(999_999);
  });

  it('ends when what is printed and compiled takes too many steps', () => {
    const list = Array.from({ length: 1_000 }, (_, i) => i);
    const evaluation = () =>
      evaluationOf({ list }, { budget: new StepBudget(10_000) });
    const renderWith = (source: string) => () =>
      atOnce(renderTemplate(source, evaluation(), 'it'));
    expect(renderWith('${{ list }}')()).toEqual(list);
    expect(failureOf(renderWith('${{ list }}'.repeat(20))).message).toContain(
      'too many steps together',
    );
    const sums = Array.from({ length: 1_000 }, (_, i) => `\${{ ${i} + ${i} }}`);
    expect(failureOf(renderWith(sums.join(' '))).message).toContain(
      'too many steps together',
    );
  });

  /** How often an evaluation stops, and the most steps that it takes without. */
  function stopsOf(source: string, env: ValueMap) {
    const budget = new StepBudget(20_000_000);
    const rendering = renderTemplate(
      source,
      evaluationOf(env, { budget }),
      'it',
    );
    let stops = 0;
    let most = 0;
    let before = 0;
    for (;;) {
      const { done } = rendering.next();
      most = Math.max(most, budget.used - before);
      before = budget.used;
      if (done) {
        return { stops, most };
      }
      stops += 1;
    }
  }

  it.each([
    ['many', '${{ len(map(1..1000, #)) }}'.repeat(500), 10],
    ['new', ' ${{ vars.a0 + 0 }}'.repeat(20_000), 5],
    ['large', '${{ len(map(1..40000, #)) }}'.repeat(10), 4],
  ])(
    'stops between %s expressions, so that others go on',
    (_, source, least) => {
      const { stops, most } = stopsOf(source, { vars: { a0: 1 } });
      expect(stops).toBeGreaterThanOrEqual(least);
      expect(most).toBeLessThan(200_000);
    },
  );

  it('runs but the one expression again that a look-up ended', () => {
    const budget = new StepBudget(20_000_000);
    const lookups = new LookupTable();
    const evaluation = Evaluation.create({
      functions: VARIABLE_FUNCTIONS,
      env: {},
      scope: { requests: [], freight: [], steps: [], lookups },
      nowMs: 0,
      budget,
    });
    const document = {
      a: '${{ len(1..100000) }}',
      ...Object.fromEntries(
        Array.from({ length: 50 }, (_, i) => [
          `k${i}`,
          `\${{ configMap('m${i}').key }}`,
        ]),
      ),
    };
    const rendering = renderDocument(document, evaluation, 'config');
    const asked: string[] = [];
    let step = rendering.next();
    while (!step.done) {
      const pause = step.value;
      if (pause.kind === 'lookup') {
        asked.push((pause.lookup as { name: string }).name);
        lookups.add(pause.lookup, { kind: 'ConfigMap', data: { key: 'v' } });
      }
      step = rendering.next();
    }
    expect(step.value).toMatchObject({ a: 100_000, k0: 'v', k49: 'v' });
    expect(asked).toEqual(Array.from({ length: 50 }, (_, i) => `m${i}`));
    expect(budget.used).toBeLessThan(150_000);
  });
});

describe('renderDocument', () => {
  it('renders string values at any depth and nothing else', () => {
    expect(
      renderAll({
        a: '${{ vars.num }}',
        'k${{ 1 }}': 1,
        list: ['${{ vars.on }}', { b: 'x${{ vars.num }}' }, null, 1.5],
        text: '42',
      }),
    ).toEqual({
      a: 42,
      'k${{ 1 }}': 1,
      list: [true, { b: 'x42' }, null, 1.5],
      text: '42',
    });
  });

  it('takes null as it is', () => {
    expect(renderAll(null)).toBeNull();
  });

  it.each<[JsonValue]>([[[]], ['x'], [1], [true]])('refuses %j', document => {
    expect(failureOf(() => renderAll(document)).stage).toBe('template');
  });

  it('names the place of a failure', () => {
    const document = { images: [{ tag: 'x' }, { tag: '${{ x.y }}' }] };
    expect(failureOf(() => renderAll(document)).message).toContain(
      'config.images[1].tag: nil has no members',
    );
  });

  it.each([["${{ '\\u0081' }}", 'control characters']])(
    'refuses %s, which has no form in a document',
    (source, message) => {
      const failure = failureOf(() => renderAll({ a: source }));
      expect(failure).toMatchObject({ stage: 'encode' });
      expect(failure.message).toContain(message);
    },
  );

  it.each<[string, JsonValue | undefined]>([
    ['{"version":"${{ vars.name }}"}', '{"version":"web"}'],
    ['[${{ 1 }}]', '[1]'],
    ['${{ "true" }}', 'true'],
    ['${{ 5 }}', '5'],
    ['${{ vars.list }}', '[1,2]'],
    ["${{ 'null' }}", 'null'],
    ['${{ quote(vars.num) }}', '42'],
    ['plain', 'plain'],
    ['{"a": ${{ vars.num }}}\n', '{"a": 42}\n'],
    // No text was rendered: that the variable is missing must not go unnoticed.
    ['${{ vars.absent }}', null],
  ])('where a text is wanted renders %j as it is: %j', (source, value) => {
    const document = { at: [{ it: source, not: '${{ 7 }}' }] };
    const rendered = atOnce(
      renderDocument(document, evaluationOf(), 'config', ({ at }) => [
        ['at', 0, 'it'],
        ...(at ? [['gone', 'away']] : []),
      ]),
    );
    expect(rendered).toEqual({ at: [{ it: value, not: 7 }] });
  });

  it('keeps special keys as plain data', () => {
    const document = JSON.parse(
      '{"__proto__": {"a": "${{ vars.num }}"}, "constructor": "${{ vars.num }}"}',
    );
    const rendered = renderAll(document) as object;
    expect(JSON.stringify(rendered)).toBe(
      '{"__proto__":{"a":42},"constructor":42}',
    );
    expect(Object.getPrototypeOf(rendered)).toBe(Object.prototype);
    expect({}).not.toHaveProperty('a');
  });
});
