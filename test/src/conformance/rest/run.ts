import { type ConformanceResult, runCases } from '../runCases';
import { checkCase } from './checkCase';
import { readCase } from './readCase';
import { type RestTarget } from './RestClient';
import { withTarget } from './withTarget';

/** Sends the cases of a corpus to an API. */
export function runRestOn(
  target: RestTarget,
  file: string,
): Promise<ConformanceResult> {
  return runCases(file, async value => checkCase(target, readCase(value)));
}

/** Runs a corpus on a portal of its own, or on the one that `--url` and `--token` name. */
export function runRest(
  file: string,
  options: readonly string[] = [],
): Promise<ConformanceResult> {
  return withTarget(options, target => runRestOn(target, file));
}
