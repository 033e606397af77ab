import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { CORPUS, readVectors } from './corpus';
import { describeFailure, runVectors } from './run';
import { findSkip, readSkips } from './skips';

const files = readdirSync(CORPUS).filter(name => name.endsWith('.jsonl'));
const skips = readSkips();

describe('expression corpus', () => {
  it('is complete', () => {
    const vectors = files.flatMap(name => readVectors(join(CORPUS, name)));
    expect(vectors).toHaveLength(1572);
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

  it('skips only vectors that exist, for a reason', () => {
    const vectors = files.flatMap(name => readVectors(join(CORPUS, name)));
    for (const skip of skips) {
      expect(skip.reason).not.toBe('');
      expect(vectors.some(vector => findSkip([skip], vector))).toBe(true);
    }
  });
});
