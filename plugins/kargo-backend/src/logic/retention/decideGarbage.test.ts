import { decideGarbage } from './decideGarbage';

const DAY = 86_400_000;

/** Newest first; each a day older than the one before. `*` marks one in use. */
function group(text: string) {
  return text.split(' ').map((name, i) => ({
    name: name.replace('*', ''),
    createdMs: -i * DAY,
    isInUse: name.includes('*'),
  }));
}

describe('decideGarbage', () => {
  it.each([
    ['a small group stays', 'a b', 2, 0, []],
    ['beyond the limit the oldest go', 'a b c d', 2, 0, ['c', 'd']],
    ['what is too young stays', 'a b c d', 1, 2.5 * DAY, ['d']],
    ['the limit counts from the oldest one in use', 'a b* c d e', 2, 0, ['e']],
    ['what is in use stays, and so do its neighbours', 'a b c d*', 1, 0, []],
  ])('%s', (_, names, maxRetained, minAgeMs, expected) => {
    expect(decideGarbage(group(names), { maxRetained, minAgeMs }, 0)).toEqual(
      expected,
    );
  });
});
