import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * Runs a program to its end in a folder.
 *
 * @throws Error with the end of what it printed, when it fails
 */
export async function command(
  folder: string,
  program: string,
  ...args: string[]
): Promise<void> {
  try {
    // What tells tools that they are part of a test makes them build something else.
    const { NODE_ENV, JEST_WORKER_ID, ...env } = process.env;
    await run(program, args, { cwd: folder, env, maxBuffer: 64 << 20 });
  } catch (error) {
    const { stdout = '', stderr = '' } = error as {
      stdout?: string;
      stderr?: string;
    };
    throw new Error(
      `${program} ${args.join(' ')} failed: ${`${stdout}${stderr}`.slice(
        -4000,
      )}`,
      { cause: error },
    );
  }
}
