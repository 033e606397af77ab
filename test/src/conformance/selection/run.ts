import { type ConformanceResult, runCases } from '../runCases';
import { checkCase } from './checkCase';

/** Runs a corpus of selection cases against the selection rules. */
export function runSelection(file: string): Promise<ConformanceResult> {
  return runCases(file, checkCase);
}
