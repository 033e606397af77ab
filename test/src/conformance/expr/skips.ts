import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { CORPUS, Vector } from './corpus';

/** A vector, or a whole mode, that is not run, and why. */
export interface Skip {
  readonly mode: string;
  /** Undefined skips all vectors of the mode. */
  readonly expression?: string;
  readonly reason: string;
}

/** Reads the list of skipped vectors. */
export function readSkips(): readonly Skip[] {
  return parse(readFileSync(join(CORPUS, 'skips.yaml'), 'utf8')) ?? [];
}

/** The entry that skips a vector, undefined when it is to be run. */
export function findSkip(
  skips: readonly Skip[],
  vector: Vector,
): Skip | undefined {
  return skips.find(
    skip =>
      skip.mode === vector.mode &&
      (skip.expression === undefined || skip.expression === vector.expression),
  );
}
