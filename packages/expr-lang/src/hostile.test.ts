import { compile } from './evaluate';
import { isExpressionError } from './errors';
import { HostFunction, HostObject, TypedMap, Value } from './values';
import { Types } from './types';

/** Pseudo-random numbers that are the same in every run. */
function generator(seed: number): (below: number) => number {
  let state = seed;
  return below => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const WORDS = [
  ...['n', 's', 'list', 'users', 'm', 'sm', 'f', 'x', '$env', 'nil', 'true'],
  ...['false', '1', '0', '2.5', '9223372036854775807', "'a'", '"b.*"', '`c`'],
  ...['(', ')', '(', ')', '[', ']', '{', '}', ',', ',', ':', ';', '.', '?.'],
  ...['?', '??', '|', '||', '&&', '+', '-', '*', '/', '%', '**', '^', '!'],
  ...['==', '!=', '<', '<=', '>', '>=', '..', '#', '#index', '#acc', '.name'],
  ...['in', 'not', 'and', 'or', 'matches', 'contains', 'startsWith', 'let'],
  ...['if', 'else', '=', 'q', 'map(', 'filter(', 'reduce(', 'sortBy(', 'len('],
  ...['string(', 'toJSON(', 'fromJSON(', 'date(', 'duration(', 'now(', 'int('],
  ...['repeat(', 'split(', 'join(', 'concat(', 'flatten(', 'sort(', 'get('],
  ...['keys(', 'groupBy(', 'sum(', 'max(', 'first(', 'trim(', 'replace('],
  ...['__proto__', 'constructor', "['constructor']", '.constructor', 'b"x"'],
  ...['prototype', '.__proto__', 'toString', '::', '//', '/*', "'\\u{41}'"],
];

const environment: Value = {
  n: 3,
  s: 'héllo',
  list: [1, 2, 3],
  users: [{ name: 'Al' }, { name: 'Bo' }],
  m: { x: { y: 1 } },
  sm: new TypedMap(new Map([['k', 'v']]), ''),
  f: new HostFunction('f', [Types.unknown], ([value]) => value),
};

function randomTokens(random: (below: number) => number): string {
  const words: string[] = [];
  const length = 1 + random(14);
  for (let i = 0; i < length; i++) words.push(WORDS[random(WORDS.length)]);
  return words.join(random(4) === 0 ? '' : ' ');
}

const LEAVES = [
  ...['n', 's', 'list', 'users', 'm', 'sm', 'f', 'x', 'nil', 'true', '1', '-2'],
  ...['2.5', "'a'", "'1h'", "'2024-05-06'", 'now()', "duration('90m')", '[]'],
];
const SHAPES = [
  ...['(A + B)', '(A - B)', '(A * B)', '(A / B)', '(A % B)', '(A ** B)'],
  ...['(A == B)', '(A < B)', '(A < B <= C)', '(A in B)', '(A not in B)'],
  ...['(A and B)', '(A or B)', '(not A)', '(-A)', '(A ?? B)', '(A ? B : C)'],
  ...['(A matches B)', '(A contains B)', '(A .. B)', '[A, B]', '{k: A, j: B}'],
  ...['A[B]', 'A?.[B]', 'A[B:C]', 'A.k', 'A?.x?.y', 'A.Year()', 'A.Add(B)'],
  ...['f(A)', 'len(A)', 'string(A)', 'toJSON(A)', 'fromJSON(A)', 'int(A)'],
  ...['float(A)', 'type(A)', 'date(A)', 'duration(A)', 'split(A, B)'],
  ...['join(A, B)', 'replace(A, B, C)', 'repeat(A, B)', 'trim(A, B)'],
  ...['keys(A)', 'values(A)', 'toPairs(A)', 'fromPairs(A)', 'get(A, B)'],
  ...['first(A)', 'take(A, B)', 'sort(A)', 'uniq(A)', 'concat(A, B)'],
  ...['flatten(A)', 'reverse(A)', 'max(A, B)', 'mean(A)', 'bitshl(A, B)'],
  ...['map(A, B)', 'map(A, #)', 'filter(A, # == B)', 'any(A, B)'],
  ...['reduce(A, #acc + #, B)', 'sum(A, #)', 'groupBy(A, B)', 'sortBy(A, #)'],
  ...['count(A, # != B)', 'findIndex(A, # == B)', '(let q = A; [q, B])'],
];

/** A well-formed expression, which gets past the parser and often past the checker. */
function randomExpression(
  random: (below: number) => number,
  depth = 4,
): string {
  if (depth === 0 || random(6) === 0) return LEAVES[random(LEAVES.length)];
  return SHAPES[random(SHAPES.length)].replace(/[ABC]/g, () =>
    randomExpression(random, depth - 1),
  );
}

function randomBytes(random: (below: number) => number): string {
  const bytes = Uint8Array.from({ length: random(40) }, () =>
    random(3) === 0 ? random(256) : 32 + random(95),
  );
  return random(2) === 0
    ? new TextDecoder().decode(bytes)
    : String.fromCharCode(...bytes.map(byte => byte * 200));
}

/** Milliseconds of a processor since then; the machine may have had other things to do. */
function spentSince(start: NodeJS.CpuUsage): number {
  return process.cpuUsage(start).user / 1000;
}

/** Runs hostile text to its end. */
function survive(source: string, checked: boolean): void {
  try {
    compile(source, { checked }).run(environment, {
      now: new Date(0),
      limits: { steps: 200_000 },
    });
  } catch (error) {
    if (!isExpressionError(error)) {
      throw new Error(`${JSON.stringify(source)} escaped`, { cause: error });
    }
  }
}

/** What it takes to run hostile text to its end, in milliseconds of a processor. */
function costOf(source: string, checked: boolean): number {
  const start = process.cpuUsage();
  survive(source, checked);
  return spentSince(start);
}

/** The slowest of several attempts counts only when it is slow every time; memory is cleared now and then. */
function isSlow(source: string, checked: boolean): boolean {
  const start = performance.now();
  survive(source, checked);
  // What a processor took is told by the system, which takes longer than most of these.
  if (performance.now() - start < 50) return false;
  for (let attempt = 0; attempt < 3; attempt++) {
    if (costOf(source, checked) < 50) return false;
  }
  return true;
}

describe('hostile input', () => {
  it.each([
    ['token sequences', randomTokens, 100_000],
    ['byte strings', randomBytes, 100_000],
    [
      'well-formed expressions',
      (random: (below: number) => number) => randomExpression(random),
      100_000,
    ],
  ])('survives random %s', (_, make, count) => {
    const random = generator(20_240_506);
    const slow: string[] = [];
    for (let i = 0; i < count; i++) {
      const source = make(random);
      if (isSlow(source, i % 2 === 0)) slow.push(source);
    }
    expect(slow).toEqual([]);
  });

  it.each([
    ['parentheses', '('.repeat(20_000)],
    ['closed parentheses', `${'('.repeat(9000)}1${')'.repeat(9000)}`],
    ['lists', `${'['.repeat(4000)}${']'.repeat(4000)}`],
    ['maps', `${'{a:'.repeat(4000)}1${'}'.repeat(4000)}`],
    ['signs', `${'-'.repeat(9000)}1`],
    ['negations', `${'not '.repeat(9000)}true`],
    ['powers', new Array(4000).fill('2').join('**')],
    ['members', `m${'.x'.repeat(4000)}`],
    ['guarded members', `m${'?.x'.repeat(3000)}`],
    ['elements', `m${'[0]'.repeat(4000)}`],
    ['pipes', `list${' | len()'.repeat(4000)}`],
    ['ternaries', `${'true ? 1 : '.repeat(3000)}1`],
    ['branches', `${'if n { 1 } else '.repeat(3000)}{ 1 }`],
    ['names', `${'let a = 1; '.repeat(3000)}1`],
    ['predicates', `${'map(list, '.repeat(3000)}#${')'.repeat(3000)}`],
    ['coalescing', new Array(4999).fill('x').join(' ?? ')],
    ['comparisons', new Array(3300).fill('1').join(' < ')],
    ['conjunctions', new Array(4999).fill('true').join(' and ')],
    ['shorthands', `${'('.repeat(200)}true${' ?: x)'.repeat(200)}`],
    ['method calls', `now()${'.UTC()'.repeat(2000)}`],
    ['sums', `sum([${new Array(9000).fill('n').join(',')}])`],
  ])('survives deep %s', (_, source) => {
    // Generous: machines differ. Doubling work per level would take for ever.
    expect(costOf(source, true)).toBeLessThan(5000);
    expect(costOf(source, false)).toBeLessThan(5000);
  });

  it.each([
    ['memory', 'map(1..900000, 1..900000)'],
    ['doubling texts', doubling("'aaaaaaaaaa'", '+')],
    ['doubling lists', doubling('1..2', 'concat')],
    ['shared lists compared', `${sharing(30)} a29 == a29`],
    ['shared lists printed', `${sharing(30)} string(a29)`],
    ['shared lists encoded', `${sharing(30)} toJSON(a29)`],
    ['shared lists flattened', `${sharing(30)} flatten(a29)`],
    ['nested passes', 'all(1..900, all(1..900, all(1..900, true)))'],
    ['unequal elements', 'uniq(map(1..300000, string(#) + "x"))'],
    ['replacement', `replace(repeat('a', 900000), '', repeat('b', 90000))`],
    ['patterns', `repeat('a', 900000) matches '(a{0,900}){0,1}b'`],
  ])('bounds %s', (_, source) => {
    const start = process.cpuUsage();
    let code = '';
    try {
      compile(source).run(environment);
    } catch (error) {
      if (!isExpressionError(error)) throw error;
      code = error.code;
    }
    // Generous: machines differ. Unbounded, these would never end.
    expect(spentSince(start)).toBeLessThan(20_000);
    expect([
      ...['memory-budget', 'step-limit', 'string-limit', 'not-encodable', ''],
    ]).toContain(code);
  });
});

/** `let a = x; let b = a + a; …`, thirty times over. */
function doubling(start: string, operation: string): string {
  const names = Array.from({ length: 30 }, (_, i) => `a${i}`);
  const lets = names.map((name, i) => {
    const last = names[i - 1];
    if (i === 0) return `let ${name} = ${start};`;
    return operation === '+'
      ? `let ${name} = ${last} + ${last};`
      : `let ${name} = ${operation}(${last}, ${last});`;
  });
  return `${lets.join(' ')} len(${names[names.length - 1]})`;
}

/** A list of lists in which every level holds the one below twice. */
function sharing(levels: number): string {
  return Array.from({ length: levels }, (_, i) =>
    i === 0 ? 'let a0 = [n, n];' : `let a${i} = [a${i - 1}, a${i - 1}];`,
  ).join(' ');
}

describe('prototypes', () => {
  const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty'];
  const objects = ['m', '{}', '$env', 'users[0]'];

  it.each(objects.flatMap(object => names.map(name => [object, name])))(
    'are out of reach of %s by %s',
    (object, name) => {
      const values = [
        compile(`${object}['${name}']`).run(environment),
        compile(`get(${object}, '${name}')`).run(environment),
        compile(`let o = ${object}; o?.${name}`).run(environment),
      ];
      expect(values).toEqual([null, null, null]);
      expect(compile(`'${name}' in ${object}`).run(environment)).toBe(false);
    },
  );

  it('are out of reach of names and boxed values', () => {
    for (const name of names) {
      expect(compile(name).run(environment)).toBe(null);
      expect(() => compile(`f.${name}`).run(environment)).toThrow();
      expect(compile(`sm.${name}`).run(environment)).toBe('');
    }
  });

  it('keep the members of host objects apart from their class', () => {
    const object = new HostObject(
      { name: 'Thing', members: new Map() },
      new Map(),
    );
    for (const name of [...names, 'fields', 'type']) {
      expect(() => compile(`o.${name}`).run({ o: object })).toThrow(
        'no such member',
      );
    }
  });

  it('cannot be changed by map literals or JSON', () => {
    compile(`{'__proto__': {polluted: 1}}`).run(environment);
    const parsed = compile(`fromJSON('{"__proto__":{"polluted":1}}').x`);
    expect(parsed.run(environment)).toBe(null);
    expect('polluted' in {}).toBe(false);
  });
});
