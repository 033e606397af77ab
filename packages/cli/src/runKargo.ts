import { CommanderError } from 'commander';
import { CliContext } from './CliContext';
import { createProgram } from './createProgram';
import { describeFailure } from './describeFailure';

/**
 * Runs one command.
 *
 * @param args - what follows `kargo`.
 * @returns the exit code, 0 or 1.
 */
export async function runKargo(
  args: readonly string[],
  context: CliContext,
): Promise<number> {
  try {
    await createProgram(context).parseAsync([...args], { from: 'user' });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) {
      // Help, version and mistakes in the arguments: already printed.
      return error.exitCode === 0 ? 0 : 1;
    }
    context.writeError(`Error: ${describeFailure(error)}\n`);
    return 1;
  }
}
