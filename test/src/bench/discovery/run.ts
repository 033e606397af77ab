import { runGitBench } from './git';
import { runRegistryBench } from './registry';

/** Measures discovery: requests and time of first and steady-state passes, with their targets. */
export async function run(): Promise<object> {
  return {
    registry: await runRegistryBench(),
    git: await runGitBench(),
  };
}
