import { durationToMilliseconds } from 'backstage-plugin-kargo-common';

/** Lengths of stays, as people ask for them. */
const MARKS = [
  ...['0s', '10s', '30s', '1m', '2m', '5m', '10m', '15m', '20m', '30m', '45m'],
  ...['1h', '90m', '2h', '3h', '4h', '6h', '8h', '12h', '18h', '24h', '36h'],
  ...['48h', '72h', '96h', '120h', '168h', '240h', '336h', '504h', '720h'],
].map(mark => ({ mark, ms: durationToMilliseconds(mark) }));

/** The longest mark that a stay has reached; what Freight is found by. */
export function soakMark(stayMs: number): string {
  return MARKS.filter(({ ms }) => ms <= stayMs).at(-1)?.mark ?? MARKS[0].mark;
}

/**
 * Marks under which every stay of a required length is found.
 *
 * @returns `isExact`: nothing else is found under them, because the length is a mark itself
 */
export function marksOf(requiredMs: number): {
  marks: string[];
  isExact: boolean;
} {
  const lowest = soakMark(requiredMs);
  const from = MARKS.findIndex(({ mark }) => mark === lowest);
  return {
    marks: MARKS.slice(from).map(({ mark }) => mark),
    isExact: MARKS[from].ms === requiredMs,
  };
}
