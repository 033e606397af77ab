import { createUlidSource, createUuid } from './ids';

function aClock(now: number) {
  const clock = {
    time: now,
    now: () => clock.time,
    monotonic: () => clock.time,
    sleep: async () => {},
  };
  return clock;
}

describe('createUlidSource', () => {
  it.each([
    [0, '0000000000'],
    [1, '0000000001'],
    // The example of the ULID specification.
    [1469918176385, '01aryz6s41'],
    // Of a clock that tells parts of a millisecond.
    [1469918176385.75, '01aryz6s41'],
    [2 ** 48 - 1, '7zzzzzzzzz'],
  ])('writes the time %i as %s', (time, expected) => {
    const ulid = createUlidSource({
      clock: aClock(time),
      random: size => new Uint8Array(size),
    });
    expect(ulid()).toBe(`${expected}${'0'.repeat(16)}`);
  });

  it('is 26 lower-case characters of the alphabet', () => {
    const ulid = createUlidSource({ clock: aClock(Date.now()) });
    expect(ulid()).toMatch(/^[0-7][0-9a-hjkmnp-tv-z]{25}$/);
  });

  it('sorts in the order of asking, within a millisecond and when the clock steps back', () => {
    const clock = aClock(1000);
    const ulid = createUlidSource({ clock });
    const ids: string[] = [];
    for (const time of [1000, 1000, 1000, 1001, 900, 900, 1002]) {
      clock.time = time;
      ids.push(ulid(), ulid());
    }
    expect(ids).toEqual([...ids].sort());
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('goes on into the next millisecond when the digits run out', () => {
    const random = (size: number) => new Uint8Array(size).fill(31);
    const ulid = createUlidSource({ clock: aClock(5), random });
    expect([ulid(), ulid()]).toEqual([
      `0000000005${'z'.repeat(16)}`,
      `0000000006${'z'.repeat(16)}`,
    ]);
  });

  it('carries from digit to digit', () => {
    const random = (size: number) => {
      const bytes = new Uint8Array(size);
      bytes[size - 1] = 31;
      return bytes;
    };
    const ulid = createUlidSource({ clock: aClock(0), random });
    ulid();
    expect(ulid()).toBe(`${'0'.repeat(24)}10`);
  });
});

it('createUuid makes random UUIDs', () => {
  expect(createUuid()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-/);
  expect(createUuid()).not.toBe(createUuid());
});
