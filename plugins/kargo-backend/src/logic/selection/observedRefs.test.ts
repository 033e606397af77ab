import { ObservedRefs } from 'backstage-plugin-kargo-common';
import { inOneTurn } from '../../testing/inOneTurn';
import {
  decideReuse,
  MAX_OBSERVED_TAGS,
  observeBranch,
  observeTags,
} from './observedRefs';
import { compileSemverTagFilter } from './semverTags';
import { compileTagPatterns, TagFilter } from './tagPatterns';

const REPO = 'https://git.example.com/o/r';
const everything: TagFilter = () => true;

/** Refs written `name:id`. */
function tagRefs(text: string) {
  return text.split(' ').map(pair => {
    const [name, id] = pair.split(':');
    return { name: `refs/tags/${name}`, id };
  });
}

function manyTags(count: number, prefix = 'v') {
  return Array.from({ length: count }, (_, i) => ({
    name: `refs/tags/${prefix}${i}`,
    id: `${i}`,
  }));
}

describe('observeBranch', () => {
  const refs = [
    { name: 'HEAD', id: 'a' },
    { name: 'refs/heads/x/refs/heads/main', id: 'b' },
    { name: 'refs/heads/main', id: 'c' },
    { name: 'refs/tags/1.0', id: 'd' },
  ];

  it.each([
    [undefined, { branchHead: 'a' }],
    ['', { branchHead: 'a' }],
    ['main', { branchHead: 'c' }],
    ['gone', undefined],
    ['1.0', undefined],
  ])('of %j is %j', (branch, expected) => {
    expect(observeBranch(refs, branch)).toEqual(expected);
  });
});

describe('observeTags', () => {
  it('takes accepted tags by name, without peeled lines and other refs', () => {
    const refs = [
      { name: 'HEAD', id: 'x' },
      { name: 'refs/heads/main', id: 'x' },
      ...tagRefs('v2:t v2^{}:c v1:a rc:r'),
    ];
    const accepts = compileTagPatterns({ ignoreTagsRegexes: ['^rc'] });
    expect(inOneTurn(observeTags(refs, accepts))).toEqual({
      tags: [
        { name: 'v1', id: 'a' },
        { name: 'v2', id: 't' },
      ],
    });
  });

  it.each([
    [MAX_OBSERVED_TAGS, true],
    [MAX_OBSERVED_TAGS + 1, false],
  ])('of %i tags remembers them: %s', (count, isRemembered) => {
    const observed = inOneTurn(observeTags(manyTags(count), everything));
    expect(observed !== undefined).toBe(isRemembered);
  });

  it('counts accepted tags only', () => {
    const refs = [...manyTags(5000), ...manyTags(12, 'rel-')];
    const observed = inOneTurn(
      observeTags(refs, compileTagPatterns({ allowTagsRegexes: ['^rel-'] })),
    );
    expect(observed?.tags).toHaveLength(12);
  });
});

describe('decideReuse', () => {
  const seen = (observedRefs?: ObservedRefs, repoURL = REPO) => ({
    repoURL,
    observedRefs,
  });
  const tags = (text: string, accepts = everything) =>
    inOneTurn(observeTags(tagRefs(text), accepts));
  const head = (id: string): ObservedRefs => ({ branchHead: id });

  it.each([
    ['the same head', seen(head('a')), seen(head('a')), 'reuse'],
    ['another head', seen(head('a')), seen(head('b')), 'refs-changed'],
    ['nothing before', undefined, seen(head('a')), 'no-previous-result'],
    ['nothing observed before', seen(), seen(head('a')), 'nothing-observed'],
    ['nothing observed now', seen(head('a')), seen(), 'nothing-observed'],
    [
      'another repository',
      seen(head('a')),
      seen(head('a'), `${REPO}2`),
      'repository-changed',
    ],
    [
      'the same tags',
      seen(tags('v1:a v2:b')),
      seen(tags('v2:b v1:a')),
      'reuse',
    ],
    [
      'a moved tag',
      seen(tags('v1:a v2:b')),
      seen(tags('v1:a v2:c')),
      'refs-changed',
    ],
    [
      'a deleted tag',
      seen(tags('v1:a v2:b')),
      seen(tags('v2:b')),
      'refs-changed',
    ],
    ['a new tag', seen(tags('v1:a')), seen(tags('v1:a v2:b')), 'refs-changed'],
    ['a renamed tag', seen(tags('v1:a')), seen(tags('v3:a')), 'refs-changed'],
  ])('with %s', (_name, previous, current, expected) => {
    const decision = decideReuse({ previous, current, isSameSpec: true });
    expect(decision.kind === 'reuse' ? 'reuse' : decision.reason).toBe(
      expected,
    );
  });

  it('reads again for another spec, whatever the refs say', () => {
    const same = seen(head('a'));
    expect(
      decideReuse({ previous: same, current: same, isSameSpec: false }),
    ).toEqual({
      kind: 'read',
      reason: 'spec-changed',
    });
  });

  it.each([
    [
      'a pattern',
      compileTagPatterns({ allowTagsRegexes: ['^v'] }),
      'v1:a x1:b',
    ],
    [
      'a constraint',
      compileSemverTagFilter({ constraint: '^1', strict: false }),
      'v1:a v2:b',
    ],
  ])('is not disturbed by a new tag that %s rejects', (_name, accepts, now) => {
    const decision = decideReuse({
      previous: seen(tags('v1:a', accepts)),
      current: seen(tags(now, accepts)),
      isSameSpec: true,
    });
    expect(decision).toEqual({ kind: 'reuse' });
  });
});
