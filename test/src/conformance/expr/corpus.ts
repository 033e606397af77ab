import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { repositoryRoot } from '../../world/paths';
import { Notation } from './notation';

/** One expression of the corpus and what must come of it. */
export interface Vector {
  readonly file: string;
  /** Line of the file, counted from 1. */
  readonly line: number;
  readonly mode: string;
  /** Name of the environment. */
  readonly environment: string;
  readonly expression: string;
  readonly expected: Notation;
}

/** The corpus folder of this repository, where the named environments live. */
export const CORPUS = join(repositoryRoot, 'test/corpus/expressions');

interface Flags {
  /** What this implementation must give where upstream's result is a defect. */
  readonly port?: Notation;
  /** The defect, in a few words. */
  readonly why?: string;
}

/**
 * Reads a JSON Lines file: header objects with `mode` and `env`, each followed
 * by arrays of expression, expected result and optional flags.
 */
export function readVectors(file: string): Vector[] {
  const vectors: Vector[] = [];
  let mode = '';
  let environment = '';
  readFileSync(file, 'utf8')
    .split('\n')
    .forEach((text, i) => {
      if (text.trim() === '') return;
      const row: unknown = parseLine(file, i + 1, text);
      if (Array.isArray(row)) {
        const [expression, expected, flags] = row as [string, Notation, Flags?];
        vectors.push({
          file,
          line: i + 1,
          mode,
          environment,
          expression,
          expected: flags?.port === undefined ? expected : flags.port,
        });
      } else {
        ({ mode, env: environment } = row as { mode: string; env: string });
      }
    });
  return vectors;
}

function parseLine(file: string, line: number, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`${file}:${line} is not JSON`, { cause: error });
  }
}

/** The named environments: those beside the file win over those of the corpus. */
export function readEnvironments(file: string): Record<string, Notation> {
  return {
    ...readJson(join(CORPUS, 'environments.json')),
    ...readJson(join(dirname(file), 'environments.json')),
  };
}

function readJson(file: string): Record<string, Notation> {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    // A corpus file may stand alone.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw error;
  }
}
