import { readVerdict } from '../logic/selection/filterVerdict';
import {
  compileCommitFilter,
  FilteredCommit,
  FilteredTag,
} from './commitFilter';

const NOW = Date.parse('2026-01-01T00:00:00Z');

const commit: FilteredCommit = {
  id: '9f3c1ab5d2',
  author: 'Jo <jo@acme.io>',
  committer: 'Bot <bot@acme.io>',
  subject: 'feat: x',
  commitDate: '2025-03-01T10:00:00+01:00',
};

const tag: FilteredTag = {
  tag: 'v1.2.3',
  id: '9f3c1ab5d2',
  author: 'Jo <jo@acme.io>',
  committer: 'Jo <jo@acme.io>',
  subject: 'feat: x',
  creatorDate: '2025-03-01T10:00:00+01:00',
};

function decideCommit(source: string, subject: FilteredCommit = commit) {
  return readVerdict(compileCommitFilter(source).evaluateCommit(subject, NOW));
}

function decideTag(source: string, subject: FilteredTag = tag) {
  return readVerdict(compileCommitFilter(source).evaluateTag(subject, NOW));
}

describe('compileCommitFilter', () => {
  const indian: FilteredCommit = {
    ...commit,
    author: 'Jo <jo@x>',
    subject: 'feat: x [skip]',
    commitDate: '2025-03-01T10:00:00+05:30',
  };

  it.each([
    ["subject contains 'feat'", true],
    ["!(subject contains '[skip]')", false],
    ["author matches '^Jo'", true],
    ["commitDate.After(date('2025-01-01'))", true],
    ['commitDate.Year() >= 2025', true],
    ["commitDate > date('2025-01-01')", true],
    ["commitDate - date('2025-01-01') > duration('24h')", true],
    ['commitDate.UTC().Hour() == 4', true],
    ['commitDate.Weekday() == 6', false],
    ['commitDate.Weekday().String() == "Saturday"', true],
    ['nope == nil', true],
    ["nope contains 'x'", false],
    ['1', true],
    ['0', false],
    ['1.0', true],
    ['"true"', true],
  ])('decides a commit by %s: %s', (source, expected) => {
    expect(decideCommit(source, indian)).toBe(expected);
  });

  it.each([
    'commitDate.Hour()',
    'nope',
    '2',
    '"yes"',
    ' ',
    'creatorDate.Year() >= 2024',
    'creatorDate?.Year()',
    "'yes'",
    'commitDate',
    'subject ==',
    'subject matches "("',
  ])('refuses %s', source => {
    expect(() => decideCommit(source, indian)).toThrow(
      expect.objectContaining({ name: 'InputError' }),
    );
  });

  it.each([
    ["!(author contains '<bot@acme.io>')", true],
    ["author == 'Jo'", false],
    ["subject contains 'feat:' || subject contains 'fix:'", true],
    ["commitDate > now() - duration('24h')", false],
    ["now() - commitDate < duration('720h')", false],
    ['commitDate.Hour() == 10', true],
    ['commitDate.UTC().Hour() == 9', true],
    ["commitDate == date('2025-03-01T09:00:00Z')", true],
    ['commitDate.Month() == 3', false],
    ["commitDate.Month().String() == 'March'", true],
    ['tag == nil', true],
    ["tag contains 'x'", false],
    ["id startsWith '9f3'", true],
    ["author matches '(?i)JO'", true],
  ])('decides another commit by %s: %s', (source, expected) => {
    expect(decideCommit(source)).toBe(expected);
  });

  it.each([
    ["tag not contains 'alpha'", true],
    ['tag matches `^v\\d+\\.\\d+\\.\\d+$`', true],
    ["tagger == ''", true],
    ["annotation == ''", true],
    ["creatorDate.Year() >= 2024 && !(tag contains 'rc')", true],
    ['commitDate == nil', true],
  ])('decides a tag by %s: %s', (source, expected) => {
    expect(decideTag(source)).toBe(expected);
  });

  it('names the field in errors', () => {
    expect(() => compileCommitFilter('subject ==')).toThrow(
      /^expressionFilter: .*line 1/,
    );
  });

  it.each([
    ['count(1..90000, # > 0) == 90000', 'takes too many steps'],
    ['len([1..50000, 1..50001]) > 0', 'too much memory'],
  ])('refuses what takes too much for one commit: %s', (source, problem) => {
    const filter = compileCommitFilter(source);
    expect(() => filter.evaluateCommit(commit, NOW)).toThrow(problem);
  });

  it('knows whether the time matters', () => {
    expect(compileCommitFilter('commitDate < now()').usesClock).toBe(true);
    expect(compileCommitFilter("subject == 'x'").usesClock).toBe(false);
  });
});
