import { digestKey, TagMemory, toTagState } from './tagMemory';

const one = `sha256:${'1'.repeat(64)}`;
const two = `sha256:${'2'.repeat(64)}`;
const result = {
  repoURL: 'web',
  references: [{ tag: 'kept', digest: one, createdAt: '2024-01-01T00:00:00Z' }],
};

describe('TagMemory', () => {
  const memory = TagMemory.of(
    result,
    toTagState([
      { tag: 'dropped', key: digestKey(one) },
      {
        tag: 'older',
        key: digestKey(one),
        createdAt: 1_700_000_000_123_456_789n,
      },
      { tag: 'kept', key: digestKey(one), createdAt: 5n },
    ]),
  );

  it.each([
    [
      'kept',
      one,
      { kind: 'kept', reference: result.references[0], createdAt: 5n },
    ],
    [
      'kept',
      undefined,
      { kind: 'kept', reference: result.references[0], createdAt: 5n },
    ],
    ['older', one, { kind: 'kept', createdAt: 1_700_000_000_123_456_789n }],
    ['dropped', one, { kind: 'dropped' }],
    ['dropped', undefined, { kind: 'dropped' }],
  ])('knows %s at %s', (tag, digest, expected) => {
    expect(memory.find(tag, digest)).toEqual({
      ...expected,
      key: digestKey(one),
    });
  });

  it.each([
    ['kept', two],
    ['older', two],
    ['dropped', two],
    ['unknown', one],
    ['unknown', undefined],
    ['constructor', undefined],
  ])('does not know %s at %s', (tag, digest) => {
    expect(memory.find(tag, digest)).toBeUndefined();
  });

  it('knows an image without a time from a dropped one', () => {
    const zero = -62_135_596_800_000_000_000n;
    const state = toTagState([
      { tag: 'a', key: digestKey(one), createdAt: zero },
    ]);
    expect(TagMemory.of(undefined, state).find('a', one)).toEqual({
      kind: 'kept',
      key: digestKey(one),
      createdAt: zero,
    });
  });

  it.each([undefined, null, 'x', [], { tags: 1 }, { tags: { a: 1 } }])(
    'starts empty from %j',
    state => {
      expect(TagMemory.of(undefined, state).has('a')).toBe(false);
    },
  );

  it('stays small', () => {
    const findings = Array.from({ length: 6_000 }, (_, i) => ({
      tag: `build-${i}`,
      key: digestKey(one),
      createdAt: BigInt(i),
    }));
    const restored = TagMemory.of(undefined, toTagState(findings));
    expect(restored.has('build-4999')).toBe(true);
    expect(restored.has('build-5000')).toBe(false);
    expect(JSON.stringify(toTagState(findings)).length).toBeLessThan(300_000);
  });
});
