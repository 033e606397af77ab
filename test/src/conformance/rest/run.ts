import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPortal } from '../../world/portal';
import { parseCases } from '../selection/parseCases';
import { checkCase } from './checkCase';
import { readCase } from './readCase';
import { type RestTarget } from './RestClient';

/** How many cases of a corpus agreed with the API. */
export interface RestResult {
  passed: number;
  failed: number;
}

/**
 * Sends the cases of a corpus (JSON Lines), one after the other, and prints each that fails:
 * where it stands, what it is called, and what is wrong.
 *
 * @throws if the file cannot be read. A line that is no case counts as a failure.
 */
export async function runRestOn(
  target: RestTarget,
  file: string,
): Promise<RestResult> {
  const cases = parseCases(await readFile(file, 'utf8'));
  let failed = 0;
  for (const { line, value, problem } of cases) {
    const wrong = problem ?? (await outcome(target, value));
    if (wrong !== undefined) {
      failed += 1;
      const id = typeof value?.id === 'string' ? value.id : '';
      process.stdout.write(`FAIL ${file}:${line} ${id}\n  ${wrong}\n`);
    }
  }
  return { passed: cases.length - failed, failed };
}

async function outcome(
  target: RestTarget,
  value: unknown,
): Promise<string | undefined> {
  try {
    return await checkCase(target, readCase(value));
  } catch (error) {
    return (error as Error).message;
  }
}

/** Runs a corpus on a portal of its own, or on the one that `--url` and `--token` name. */
export async function runRest(
  file: string,
  options: readonly string[] = [],
): Promise<RestResult> {
  const url = optionOf('--url', options);
  if (url !== undefined) {
    const token = optionOf('--token', options) ?? '';
    return runRestOn({ api: apiOf(url), token }, file);
  }
  const stateDir = await mkdtemp(join(tmpdir(), 'kargo-conformance-'));
  try {
    const portal = await startPortal({ stateDir });
    try {
      return await runRestOn(portal, file);
    } finally {
      await portal.close();
    }
  } finally {
    await rm(stateDir, { recursive: true, force: true });
  }
}

/** A portal, or its API. */
function apiOf(url: string): string {
  const address = new URL(url);
  const path = address.pathname.replace(/\/(v1beta1\/?)?$/, '');
  return `${address.origin}${path || '/api/kargo'}`;
}

function optionOf(
  name: string,
  options: readonly string[],
): string | undefined {
  const index = options.indexOf(name);
  return index < 0 ? undefined : options[index + 1];
}
