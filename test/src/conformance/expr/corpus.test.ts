import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { CORPUS, readVectors } from './corpus';
import { describeFailure, errorStage, runVectors } from './run';
import { findSkip, readSkips } from './skips';

const files = readdirSync(CORPUS).filter(name => name.endsWith('.jsonl'));
const skips = readSkips();

describe('expression corpus', () => {
  it('is complete', () => {
    const vectors = files.flatMap(name => readVectors(join(CORPUS, name)));
    expect(vectors).toHaveLength(1576);
  });

  it.each(files)('passes %s', name => {
    const results = runVectors(
      join(CORPUS, name),
      vector => !findSkip(skips, vector),
    );
    const failures = results.filter(result => !result.passed);
    expect(
      failures.map(({ vector, got }) => describeFailure(vector, got)),
    ).toEqual([]);
  });

  // A mistake is one even in a branch that never runs, so it has to be found before the run.
  it('finds before a run what is wrong whatever the environment holds', () => {
    const late = files
      .flatMap(name =>
        runVectors(join(CORPUS, name), vector => !findSkip(skips, vector)),
      )
      .filter(({ vector, got }) => {
        const isMistake = errorStage(vector.expected) === 'check';
        return isMistake && errorStage(got) !== 'check';
      });
    expect(late.map(({ vector }) => vector.expression)).toEqual([
      // A function that only some of upstream's versions have; elsewhere it is a name like any other.
      "repoCredentials('https://h/o/r.git', 'git') != nil",
    ]);
  });

  it('skips only vectors that exist, for a reason', () => {
    const vectors = files.flatMap(name => readVectors(join(CORPUS, name)));
    for (const skip of skips) {
      expect(skip.reason).not.toBe('');
      expect(vectors.some(vector => findSkip([skip], vector))).toBe(true);
    }
  });
});
