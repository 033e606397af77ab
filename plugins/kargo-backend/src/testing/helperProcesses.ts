import { HelperProcesses } from '../adapters/processes/HelperProcesses';

/**
 * Starts the programs of a test through a small process, as a portal does. Whoever creates
 * it stops it.
 *
 * @remarks
 * A test's own process is so large that everything in it stands still for a tenth of a
 * second whenever it starts a program itself.
 */
export function createHelperProcesses(): HelperProcesses {
  return HelperProcesses.create({
    logger: {
      warn: (message, error) => {
        process.stderr.write(`${message}: ${error}\n`);
      },
    },
    monotonic: () => performance.now(),
  });
}
