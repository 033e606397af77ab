import { findVersion } from './semver';
import {
  MAX_CONSTRAINT_LENGTH,
  parseConstraint,
  satisfies,
} from './semverConstraint';

function check(constraint: string, version: string): boolean {
  return satisfies(findVersion(version)!, parseConstraint(constraint));
}

// The compatibility vectors stand in the selection corpus; this is the rule book.
describe('satisfies', () => {
  it.each([
    ['1.2.3', '1.2.3+build5', true, 'equality ignores metadata'],
    ['1.2', '1.2.9', true, 'a bare partial version is a range'],
    ['1.x', '2.0.0', false, 'a wildcard is a missing number'],
    ['1.x.3', '1.5.9', true, 'what follows a wildcard is ignored'],
    ['*', '1.2.3', true, 'a lone wildcard takes every release'],
    ['!=1.2', '1.2.5', false, 'not-equal excludes the whole range'],
    ['!=1.2', '1.3.0', true, 'not-equal takes what is outside'],
    ['>1.2', '1.2.9', false, 'above a partial version is above its range'],
    ['>1.2', '1.3.0', true, 'above a partial version, next minor'],
    ['>=1.2', '1.2.0', true, 'at least fills up with zeros'],
    ['<1.2', '1.1.9', true, 'below fills up with zeros'],
    ['<=1.2', '1.2.9', true, 'at most a partial version includes its range'],
    ['=>1.2.3', '1.2.3', true, 'other spelling of at least'],
    ['=<1.2.3', '1.2.4', false, 'other spelling of at most'],
    ['~1.2.3', '1.2.9', true, 'tilde stays in the minor'],
    ['~1.2.3', '1.3.0', false, 'tilde does not leave the minor'],
    ['~>1', '1.9.0', true, 'tilde of a major stays in the major'],
    ['^1.2.3', '1.9.0', true, 'caret stays in the major'],
    ['^0.2.3', '0.3.0', false, 'caret below 1 stays in the minor'],
    ['^0.0.3', '0.0.4', false, 'caret below 0.1 stays at the patch'],
    ['>=1.2.3 <2', '1.5.0', true, 'spaces join'],
    ['>=1.2.3 , <2', '2.0.0', false, 'commas join'],
    ['^1 || ^3', '3.5.0', true, 'bars separate alternatives'],
    ['1.2 - 2', '2.9.9', true, 'a hyphen range includes its upper range'],
    ['1.2.3-2.3.4', '1.2.3-2.3.4', true, 'without spaces it is a prerelease'],
    ['^v1.02', '1.2.0', true, 'a v and leading zeros do not matter'],
  ])('%j of %s is %s: %s', (constraint, version, expected) => {
    expect(check(constraint, version)).toBe(expected);
  });

  it.each([
    ['*', '1.2.3-rc.1', false, 'no comparator asks for prereleases'],
    ['*-0', '1.2.3-rc.1', true, '-0 asks for them'],
    ['>=1.0.0 <2.0.0-0', '1.5.0-rc.1', true, 'one comparator opens its group'],
    ['>=1.2.3 || <1.0.0-0', '1.2.4-a', false, 'but not the other groups'],
    ['<2.0.0', '2.0.0-rc.1', false, 'a prerelease never slips below a bound'],
  ])('%j of %s is %s: %s', (constraint, version, expected) => {
    expect(check(constraint, version)).toBe(expected);
  });

  it.each([
    ['^*', '0.0.0', true],
    ['^*', '5.0.0', false],
    ['~0.0.0', '9.9.9', true],
    ['~0.0', '0.1.0', false],
    ['>*', '1.0.0', true],
    ['<=*', '1.0.0', false],
    ['1||2 - 3', '9.0.0', true],
  ])(
    'keeps the oddity that %j of %s is %s',
    (constraint, version, expected) => {
      expect(check(constraint, version)).toBe(expected);
    },
  );
});

describe('parseConstraint', () => {
  it.each([
    '',
    ' ',
    '^1 ||',
    '|| ^1',
    '^1 | ^2',
    '^1,',
    '>=1<2',
    '> =1',
    '==1',
    '~=1',
    'V1',
    'latest',
    '1.2.3.4',
    '1.2.3-01',
    '1.2.3_1',
    '1 -2',
    '1 - 2 - 3',
    '1.2x',
    '18446744073709551616',
    '1\u00a02',
    `1${' '.repeat(MAX_CONSTRAINT_LENGTH)}`,
  ])('refuses %j', constraint => {
    expect(() => parseConstraint(constraint)).toThrow(
      expect.objectContaining({ name: 'InputError' }),
    );
  });

  // A parser that went back and forth would not come to an end here.
  it.each([
    ['digits', '1'.repeat(MAX_CONSTRAINT_LENGTH)],
    ['spaces', `${'1  '.repeat(MAX_CONSTRAINT_LENGTH / 3)}!`],
    ['hyphens', '1 - '.repeat(MAX_CONSTRAINT_LENGTH / 4)],
    ['identifiers', `1-${'a.'.repeat(MAX_CONSTRAINT_LENGTH / 2 - 2)}`],
  ])('refuses a constraint full of %s', (_name, constraint) => {
    expect(() => parseConstraint(constraint)).toThrow(
      'is not a version constraint',
    );
  });
});
