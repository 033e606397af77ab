import { AnalysisRun, KargoRequestError } from 'backstage-plugin-kargo-common';
import { measureAgainMs } from './useAnalysisRun';

const run = (phase: string) => ({ status: { phase } } as AnalysisRun);

describe('a verification', () => {
  it.each<[string, AnalysisRun | undefined, Error | null]>([
    ['while it runs', run('Running'), null],
    ['before anything is known of it', undefined, null],
    ['when the portal did not answer', run('Running'), new TypeError('gone')],
    [
      'when it had ended and could not be loaded again',
      run('Failed'),
      new TypeError('gone'),
    ],
    [
      'when the portal could not answer',
      run('Running'),
      new KargoRequestError(503, 'The database does not answer.'),
    ],
  ])('is asked again %s', (_, known, error) => {
    expect(measureAgainMs(known, error)).toBeGreaterThan(0);
  });

  it.each<[string, AnalysisRun | undefined, Error | null]>([
    ['once it has ended', run('Failed'), null],
    ['once it is gone', undefined, new KargoRequestError(404, 'not found')],
    ['to whom it is refused', undefined, new KargoRequestError(403, 'no')],
  ])('is not asked again %s', (_, known, error) => {
    expect(measureAgainMs(known, error)).toBe(false);
  });
});
