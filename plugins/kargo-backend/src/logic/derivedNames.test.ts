import {
  freightCollectionId,
  laterUlid,
  promotionName,
  shortenLabelValue,
} from './derivedNames';

const F1 = 'b224a7feec1061b3c55241c80b87a1e2db2e609f';
const ULID = '01k4q0x7m2v8c3n5d6f9g1h2j3';

function items(...names: string[]) {
  return Object.fromEntries(
    names.map((name, i) => [
      `Warehouse/w${i}`,
      { name, origin: { kind: 'Warehouse' as const, name: `w${i}` } },
    ]),
  );
}

describe('promotionName', () => {
  it('joins stage, time and Freight', () => {
    expect(promotionName('test', ULID, F1)).toBe(`test.${ULID}.b224a7f`);
  });

  it('cuts a long stage name so that the whole fits into 253 characters', () => {
    const name = promotionName(`${'a'.repeat(217)}-bcd`, ULID, F1);
    expect(name).toBe(`${'a'.repeat(217)}.${ULID}.b224a7f`);
  });
});

describe('laterUlid', () => {
  const named = (ulid: string) => promotionName('test', ulid, F1);

  it.each<[string, string | undefined, string]>([
    ['nothing was promoted before', undefined, ULID],
    ['the earlier one is older', named('01k4q0x7m2v8c3n5d6f9g1h2j2'), ULID],
    [
      'the earlier one was named by a clock that is ahead',
      named('01k4q0zzm2v8c3n5d6f9g1h2j3'),
      '01k4q0zzm2v8c3n5d6f9g1h2j4',
    ],
    ['both are the same', named(ULID), '01k4q0x7m2v8c3n5d6f9g1h2j4'],
    [
      'the last digits are at their highest',
      named('01k4q0zzm2v8c3n5d6f9g1h2zz'),
      '01k4q0zzm2v8c3n5d6f9g1h300',
    ],
    ['the earlier name holds no ULID', 'by.hand', ULID],
    ['the earlier name looks like one', `test.${'u'.repeat(26)}.x`, ULID],
  ])('%s', (_, earlier, expected) => {
    expect(laterUlid(ULID, earlier)).toBe(expected);
  });

  it('fails rather than go round when there is no later one', () => {
    expect(() => laterUlid(ULID, named('z'.repeat(26)))).toThrow(
      'No ULID comes after',
    );
  });
});

describe('freightCollectionId', () => {
  it.each([
    [[F1], '076fb8ff872e87a41d55cd8b277b36d95e7d9eec'],
    [
      ['e6b3995fc6239a57b1d695ed341f328119f74532'],
      'c819c8d5c8e6bc49a5a9ad1a8fc18d462c1b147b',
    ],
    [
      [
        '7de6d8b5774acc010e812c29515e954637d43f29',
        'a2cd97df2ad8c96d021810dcddf75418a61ca919',
      ],
      'c51dd851c0d0011b0d58af80ede8ba1e8926d6d5',
    ],
    [
      [
        'a2cd97df2ad8c96d021810dcddf75418a61ca919',
        '7de6d8b5774acc010e812c29515e954637d43f29',
      ],
      'c51dd851c0d0011b0d58af80ede8ba1e8926d6d5',
    ],
  ])('of %j is %s', (names, id) => {
    expect(freightCollectionId(items(...names))).toBe(id);
  });
});

describe('shortenLabelValue', () => {
  it('keeps what fits', () => {
    expect(shortenLabelValue('a'.repeat(63))).toBe('a'.repeat(63));
  });

  it('ends a long value in a hash and stays within 63 characters', () => {
    const short = shortenLabelValue('b'.repeat(64));
    expect(short).toMatch(/^b{54}-[0-9a-f]{8}$/);
  });
});
