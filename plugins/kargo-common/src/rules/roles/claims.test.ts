import { RoleClaim } from '../../model/KargoRole';
import {
  dropClaims,
  findClaimsProblem,
  formatClaims,
  matchesClaims,
  mergeClaims,
  parseClaims,
  readClaims,
  writeClaims,
} from './claims';

const CLAIMS = 'rbac.kargo.akuity.io/claims';
const GROUPS = 'rbac.kargo.akuity.io/claim.groups';

describe('readClaims', () => {
  it.each<[string, Record<string, string>, RoleClaim[]]>([
    ['nothing says that nobody has the role', {}, []],
    [
      'values are a list',
      { [CLAIMS]: '{"sub":["bob","alice"],"groups":["devops"]}' },
      [
        { name: 'groups', values: ['devops'] },
        { name: 'sub', values: ['alice', 'bob'] },
      ],
    ],
    [
      'a single value counts as a list of one',
      { [CLAIMS]: '{"email":"a@example.com"}' },
      [{ name: 'email', values: ['a@example.com'] }],
    ],
    [
      'the older annotation has values between commas',
      { [GROUPS]: 'devops, leads' },
      [{ name: 'groups', values: ['devops', 'leads'] }],
    ],
    [
      'both forms are merged',
      { [CLAIMS]: '{"groups":["devops"]}', [GROUPS]: 'leads,devops' },
      [{ name: 'groups', values: ['devops', 'leads'] }],
    ],
    ['what is no JSON maps nobody', { [CLAIMS]: 'groups=devops' }, []],
    ['a value that is no text maps nobody', { [CLAIMS]: '{"sub":[1]}' }, []],
    ['empty values map nobody', { [CLAIMS]: '{"sub":[""," "]}' }, []],
    [
      'a claim without a name is none',
      { 'rbac.kargo.akuity.io/claim.': 'x' },
      [],
    ],
  ])('%s', (_, annotations, claims) => {
    expect(readClaims(annotations)).toEqual(claims);
  });

  it('reads what was written, and the older form is gone', () => {
    const written = writeClaims({ [GROUPS]: 'old', other: 'kept' }, [
      { name: '__proto__', values: ['x'] },
      { name: 'sub', values: ['b', 'a'] },
    ]);

    expect(written).toMatchObject({ other: 'kept' });
    expect(written).not.toHaveProperty([GROUPS]);
    expect(readClaims(written)).toEqual([
      { name: '__proto__', values: ['x'] },
      { name: 'sub', values: ['a', 'b'] },
    ]);
  });
});

describe('claims as texts', () => {
  it.each<[string[], ReturnType<typeof parseClaims>]>([
    [['groups=devs'], [{ name: 'groups', values: ['devs'] }]],
    [['groups=a=b'], [{ name: 'groups', values: ['a=b'] }]],
    [
      ['groups=b', 'sub=x', 'groups=a'],
      [
        { name: 'groups', values: ['a', 'b'] },
        { name: 'sub', values: ['x'] },
      ],
    ],
    [['groups', '=devs', ''], []],
  ])('are read from %j', (texts, claims) => {
    expect(parseClaims(texts)).toEqual(claims);
  });

  it('are read as they were written', () => {
    const claims = [
      { name: 'groups', values: ['a=b', 'c'] },
      { name: 'sub', values: ['x'] },
    ];
    expect(parseClaims(formatClaims(claims))).toEqual(claims);
  });
});

describe('findClaimsProblem', () => {
  it.each(['', 'x', '[]', 'null', '{"sub":{}}', '{"sub":[null]}'])(
    'tells that %j is not understood',
    text => {
      expect(findClaimsProblem({ [CLAIMS]: text })).toMatch(/JSON object/);
    },
  );

  it('has nothing against claims, and against none', () => {
    expect(findClaimsProblem({ [CLAIMS]: '{"sub":["a"]}' })).toBeUndefined();
    expect(findClaimsProblem({})).toBeUndefined();
  });
});

describe('mergeClaims and dropClaims', () => {
  const claims = [{ name: 'groups', values: ['a', 'b'] }];

  it('adds values once', () => {
    expect(
      mergeClaims(claims, [
        { name: 'groups', values: ['b', 'c'] },
        { name: 'sub', values: ['x'] },
      ]),
    ).toEqual([
      { name: 'groups', values: ['a', 'b', 'c'] },
      { name: 'sub', values: ['x'] },
    ]);
  });

  it('takes away only what is named', () => {
    expect(dropClaims(claims, [{ name: 'groups', values: ['a'] }])).toEqual([
      { name: 'groups', values: ['b'] },
    ]);
    expect(dropClaims(claims, [{ name: 'sub', values: ['a'] }])).toEqual(
      claims,
    );
    expect(
      dropClaims(claims, [
        { name: 'sub', values: ['a'] },
        { name: 'groups', values: ['b'] },
      ]),
    ).toEqual([{ name: 'groups', values: ['a'] }]);
  });

  it('forgets a claim without values', () => {
    expect(dropClaims(claims, claims)).toEqual([]);
  });
});

describe('matchesClaims', () => {
  const claims = [
    { name: 'sub', values: ['user:default/alice'] },
    { name: 'groups', values: ['devops'] },
  ];

  it.each<[string, Record<string, string[]>, boolean]>([
    ['one value of one claim is enough', { groups: ['x', 'devops'] }, true],
    ['case does not matter', { sub: ['User:default/Alice'] }, true],
    ['a value of another claim is not enough', { email: ['devops'] }, false],
    ['nobody has nothing', {}, false],
    ['an empty value is nobody', { groups: [''] }, false],
  ])('%s', (_, held, expected) => {
    expect(matchesClaims(claims, held)).toBe(expected);
  });

  it('does not take what every object has for a claim', () => {
    expect(
      matchesClaims([{ name: 'constructor', values: ['Object'] }], {}),
    ).toBe(false);
  });
});
