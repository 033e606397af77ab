import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * Runs a program to its end in a folder, and returns what it printed.
 *
 * @throws Error with the end of what it printed, when it fails
 */
export async function command(
  folder: string,
  program: string,
  ...args: string[]
): Promise<string> {
  try {
    // What tells tools that they are part of a test makes them build something else.
    const { NODE_ENV, JEST_WORKER_ID, ...env } = process.env;
    const options = { cwd: folder, env, maxBuffer: 64 << 20 };
    return (await run(program, args, options)).stdout;
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
