import { type ConformanceResult, runCases } from '../runCases';
import { checkCase } from './checkCase';

/**
 * Runs a corpus of analysis runs (see `AnalysisCase`) through the passes of the engine, with
 * scripted measurements.
 */
export function runAnalysis(file: string): Promise<ConformanceResult> {
  return runCases(file, checkCase);
}
