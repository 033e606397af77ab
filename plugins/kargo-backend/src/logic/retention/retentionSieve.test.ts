import { createRetentionSieve, RetentionCandidate } from './retentionSieve';

const DAY = 86_400_000;

/** Oldest first; each a day younger than the one before, the last is made now. `*`: in use, `!`: protected. */
function group(text: string): RetentionCandidate[] {
  const names = text.split(' ').filter(Boolean);
  return names.map((name, i) => ({
    name: name.replace(/[*!]/, ''),
    createdMs: -(names.length - 1 - i) * DAY,
    isInUse: name.includes('*'),
    isProtected: name.includes('!'),
  }));
}

/** What goes, and after how many members the reading stopped. */
function sift(text: string, maxRetained: number, minAgeMs: number) {
  const sieve = createRetentionSieve({ maxRetained, minAgeMs }, 0);
  const garbage: string[] = [];
  let read = 0;
  for (const member of group(text)) {
    read += 1;
    const verdict = sieve(member);
    if (verdict.garbage) {
      garbage.push(verdict.garbage);
    }
    if (verdict.isLast) {
      break;
    }
  }
  return { garbage: garbage.join(' '), read };
}

describe('createRetentionSieve', () => {
  it.each([
    ['nothing', '', 2, 0, '', 0],
    ['a small group stays', 'b a', 2, 0, '', 2],
    ['beyond the limit the oldest go', 'd c b a', 2, 0, 'd c', 4],
    ['all of them where none are kept', 'b a', 0, 0, 'b a', 2],
    ['what is too young stays', 'd c b a', 1, 2.5 * DAY, 'd', 2],
    ['a young group is hardly looked at', 'd c b a', 1, 9 * DAY, '', 1],
    ['the limit counts from the oldest one in use', 'e d c b* a', 2, 0, 'e', 4],
    ['what is in use stays, and so do its neighbours', 'd* c b a', 1, 0, '', 1],
    ['what is protected stays alone', 'e d! c b a', 1, 0, 'e c b', 5],
    ['a protected one counts as retained', 'c b! a!', 2, 0, 'c', 3],
  ])('%s', (_, names, maxRetained, minAgeMs, garbage, read) => {
    expect(sift(names, maxRetained, minAgeMs)).toEqual({ garbage, read });
  });
});
