import { isCreationGivenUp, isPassing, untilNoneComesLate } from './creation';

const NOW = Date.UTC(2026, 0, 1);
const MINUTE = 60_000;

describe('isPassing', () => {
  it.each([
    ['UpstreamUnavailableError', true],
    ['CredentialsRejectedError', true],
    ['TerminalError', false],
    ['Error', false],
  ])('%s: %s', (name, expected) => {
    expect(isPassing(Object.assign(new Error('no'), { name }))).toBe(expected);
  });
});

describe('isCreationGivenUp', () => {
  it.each<[string, number | undefined, boolean]>([
    ['before a try has failed', undefined, false],
    ['after five minutes', NOW - 5 * MINUTE, false],
    ['after more than five minutes', NOW - 5 * MINUTE - 1, true],
  ])('%s', (_, unavailableSinceMs, expected) => {
    expect(isCreationGivenUp(unavailableSinceMs, NOW)).toBe(expected);
  });
});

describe('untilNoneComesLate', () => {
  it.each([
    ['at once', NOW, 2 * MINUTE],
    ['after half a minute', NOW - MINUTE / 2, 1.5 * MINUTE],
    ['after an hour', NOW - 60 * MINUTE, 0],
  ])('%s', (_, givenUpAtMs, leftMs) => {
    expect(untilNoneComesLate(givenUpAtMs, NOW)).toBe(leftMs);
  });
});
