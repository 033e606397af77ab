import { parseArgs, type ParseArgsConfig } from 'node:util';

/**
 * Reads what a script of this repository is started with. Asked for help, and for what it does
 * not know, it tells its usage and ends: with 0, or with 2 and what is wrong.
 */
export function parseScript<T extends ParseArgsConfig>(
  usage: string,
  config: T,
): ReturnType<typeof parseArgs<T>> {
  explainWhenAsked(usage);
  try {
    return parseArgs(config);
  } catch (error) {
    return endWithUsage(usage, (error as Error).message);
  }
}

/** Tells the usage and ends the script, when it is asked for help. */
export function explainWhenAsked(usage: string): void {
  if (process.argv.slice(2).some(arg => arg === '--help' || arg === '-h')) {
    process.stdout.write(`${usage}\n`);
    process.exit(0);
  }
}

/** Ends the script for something that it does not take. */
export function endWithUsage(usage: string, problem: string): never {
  process.stderr.write(`${problem}\n${usage}\n`);
  process.exit(2);
}
