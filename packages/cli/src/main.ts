import { homedir } from 'node:os';
import { createProcessIo, endWhenUnread } from './processIo';
import { runKargo } from './runKargo';

/**
 * Runs the command line of this process.
 *
 * @returns the exit code, 0 or 1; the caller sets it.
 * @public
 */
export function main(): Promise<number> {
  endWhenUnread(process);
  return runKargo(process.argv.slice(2), {
    ...createProcessIo(),
    environment: process.env,
    homeDirectory: homedir(),
    workingDirectory: process.cwd(),
    version: readVersion(),
    fetch: (url, init) => fetch(url, init),
    now: () => new Date(),
    allowInsecureTls: () => {
      // Node reads it when a connection is made. It has no other switch for `fetch`.
      process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
    },
  });
}

function readVersion(): string {
  // Both `src` and `dist` lie one level below the package's folder.
  // JSON has no other import in built code.
  return require('../package.json').version;
}
