import { joinErrors } from '../CliError';
import { describeFailure } from '../describeFailure';

/**
 * Does something for each name, goes on after a failure, and throws what failed at the end.
 *
 * @returns the results of those that worked, in the order of the names.
 */
export async function eachName<T>(
  names: readonly string[],
  act: (name: string) => Promise<T>,
): Promise<{ results: T[]; finish(): void }> {
  const results: T[] = [];
  const failures: unknown[] = [];
  for (const name of names) {
    try {
      results.push(await act(name));
    } catch (error) {
      failures.push(error);
    }
  }
  return {
    results,
    finish() {
      if (failures.length === 1) {
        throw failures[0];
      }
      if (failures.length > 1) {
        throw joinErrors(failures.map(describeFailure));
      }
    },
  };
}
