import { pick, seededRandom } from '../../testing/seededRandom';
import {
  compareBestFirst,
  compareVersions,
  findStrictVersion,
  findTagVersion,
  findVersion,
  SemverVersion,
} from './semver';

const LARGEST = '18446744073709551615';
const TOO_LARGE = '18446744073709551616';

describe('findVersion', () => {
  it.each([
    ['1.2.3', '1.2.3'],
    ['v1.2.3', '1.2.3'],
    ['1.2', '1.2.0'],
    ['1', '1.0.0'],
    ['01.02.03', '1.2.3'],
    ['1.2-rc1', '1.2.0-rc1'],
    ['v1-alpine', '1.0.0-alpine'],
    ['1.2.3-0a', '1.2.3-0a'],
    [`${LARGEST}.0.0`, `${LARGEST}.0.0`],
    [`1.2.3-${TOO_LARGE}`, `1.2.3-${TOO_LARGE}`],
    ['1.2.3+build.01', '1.2.3'],
  ])('reads %j as %s', (text, numbers) => {
    const version = findVersion(text)!;
    expect(print(version)).toBe(numbers);
    expect(version.original).toBe(text);
  });

  it.each([
    'V1.2.3',
    'vv1.2.3',
    '=1.2.3',
    ' 1.2.3',
    '1.2.3\n',
    '1.2.3.4',
    '1.2.x',
    '1.2.3-',
    '1.2.3+',
    '1.2.3-01',
    '1.2.3-rc_1',
    '1.2.3-rc..1',
    'release-1.2.3',
    'latest',
    '',
    `${TOO_LARGE}.0.0`,
  ])('refuses %j', text => {
    expect(findVersion(text)).toBeUndefined();
  });

  it('keeps build metadata', () => {
    expect(findVersion('1.2.3+build.01')?.metadata).toBe('build.01');
  });
});

describe('findStrictVersion', () => {
  it.each([
    ['1.2.3', true],
    ['1.2.3-rc.1+b', true],
    ['v1.2.3', false],
    ['1.2', false],
    ['01.2.3', false],
    ['1.2.03', false],
    ['1.2.3-01', false],
  ])('of %j is a version: %s', (text, isVersion) => {
    expect(findStrictVersion(text) !== undefined).toBe(isVersion);
  });
});

describe('findTagVersion', () => {
  it.each([
    ['1.2.3', true, true],
    ['v1.2.3', true, true],
    ['vv1.2.3', false, false],
    ['1.2', false, true],
    ['v1', false, true],
    ['2024.01.15', false, true],
    ['20240101', false, true],
  ])('of %j: strict %s, lenient %s', (tag, strict, lenient) => {
    expect(findTagVersion(tag, true) !== undefined).toBe(strict);
    expect(findTagVersion(tag, false) !== undefined).toBe(lenient);
  });
});

describe('order', () => {
  it('is the one of the specification, each version greater than the one before', () => {
    const ascending = [
      '0.9.0',
      '1.0.0-1',
      '1.0.0-99',
      '1.0.0--1',
      `1.0.0-${TOO_LARGE}`,
      '1.0.0-RC.1',
      '1.0.0-alpha',
      '1.0.0-alpha.9',
      '1.0.0-alpha.10',
      '1.0.0-alpha.1a',
      '1.0.0-rc.1',
      '1.0.0',
      '1.0.1',
      '1.2.0',
      '1.10.0',
      '9007199254740992.0.0',
      '9007199254740993.0.0',
    ];
    const versions = ascending.map(versionOf);
    for (let i = 1; i < versions.length; i++) {
      const [below, above] = [versions[i - 1], versions[i]];
      const signs = [
        Math.sign(compareVersions(below, above)),
        Math.sign(compareVersions(above, below)),
      ];
      expect([below.original, above.original, ...signs]).toEqual([
        below.original,
        above.original,
        -1,
        1,
      ]);
    }
  });

  it('puts equal versions by their text, the greater first', () => {
    const tags = ['1.1', '1.0.0', '1.1.0', '1.0.0+a', 'v1.1.0', '1.0.0+b'];
    expect(
      tags
        .map(versionOf)
        .sort(compareBestFirst)
        .map(v => v.original),
    ).toEqual(['v1.1.0', '1.1.0', '1.1', '1.0.0+b', '1.0.0+a', '1.0.0']);
  });

  it('is total and transitive over random versions', () => {
    const random = seededRandom(20_240_115);
    const versions = Array.from({ length: 120 }, () => randomVersion(random));
    for (const a of versions) {
      for (const b of versions) {
        const ab = Math.sign(compareBestFirst(a, b));
        expect(ab + Math.sign(compareBestFirst(b, a))).toBe(0);
        expect(ab === 0).toBe(a.original === b.original);
        for (const c of versions) {
          const isChain = ab <= 0 && compareBestFirst(b, c) <= 0;
          if (isChain && compareBestFirst(a, c) > 0) {
            throw new Error(`${a.original} ${b.original} ${c.original}`);
          }
        }
      }
    }
  });
});

function print({ major, minor, patch, prerelease }: SemverVersion): string {
  const suffix = prerelease.length > 0 ? `-${prerelease.join('.')}` : '';
  return `${major}.${minor}.${patch}${suffix}`;
}

function versionOf(text: string): SemverVersion {
  const version = findVersion(text);
  if (!version) throw new Error(`"${text}" is no version`);
  return version;
}

function randomVersion(random: () => number): SemverVersion {
  const one = (values: readonly string[]) => pick(random, values);
  const number = () => one(['0', '1', '2', '10', '01', LARGEST]);
  const identifier = () =>
    one(['0', '1', '10', '-1', 'a', 'A', '1a', 'rc', TOO_LARGE]);
  const numbers = one([
    number(),
    `${number()}.${number()}`,
    `${number()}.${number()}.${number()}`,
  ]);
  const prerelease = one([
    '',
    '',
    `-${identifier()}`,
    `-${identifier()}.${identifier()}`,
  ]);
  return versionOf(
    `${one(['', 'v'])}${numbers}${prerelease}${one(['', '', '+m', '+1'])}`,
  );
}
