import { AnalysisRunStatus, Measurement } from 'backstage-plugin-kargo-common';
import { jsonBytes } from '../resourceSize';
import { fitMeasurements } from './measurements';

/** A measurement of at least 1 KiB that began in this minute. */
function began(minute: number): Measurement {
  const startedAt = `2026-01-01T00:0${minute}:00Z`;
  return { phase: 'Successful', startedAt, value: 'x'.repeat(1024) };
}

function statusOf(minutes: Record<string, number[]>): AnalysisRunStatus {
  return {
    phase: 'Running',
    metricResults: Object.entries(minutes).map(([name, begun]) => ({
      name,
      phase: 'Running',
      measurements: begun.map(began),
    })),
  };
}

describe('fitMeasurements', () => {
  const status = statusOf({ a: [1, 3, 5], b: [2, 4, 6], c: [0] });

  it.each<[string, number, Record<string, number[]>]>([
    ['all, where they fit', 0, { a: [1, 3, 5], b: [2, 4, 6], c: [0] }],
    [
      'all but the oldest of any metric',
      1,
      { a: [3, 5], b: [2, 4, 6], c: [0] },
    ],
    ['as many as there is room for', 2_000, { a: [3, 5], b: [4, 6], c: [0] }],
    [
      'the newest of each, whatever the room',
      1_000_000,
      { a: [5], b: [6], c: [0] },
    ],
  ])('keeps %s', (_, excess, kept) => {
    expect(fitMeasurements(status, jsonBytes(status) - excess)).toEqual(
      statusOf(kept),
    );
  });
});
