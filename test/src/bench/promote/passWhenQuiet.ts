import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { type Turns } from '../turns';
import { BenchPortal } from './BenchPortal';

const LOOK_EVERY_MS = 200;
/** A portal that takes less of a core than this has done what a round left to do. */
const QUIET_PART_OF_A_CORE = 0.1;
/** A minute: one that never comes to rest is left as it is. */
const MOST_LOOKS = 300;
/** Of the clock of the system, by which Linux counts processor time. */
const TICK_MS = 10;

/**
 * Lets the others work once this portal has done what its round left to do, which would
 * otherwise be done in their time.
 */
export async function passWhenQuiet(
  bench: BenchPortal,
  turns: Turns,
): Promise<void> {
  const { pid } = bench;
  let before = await readProcessorMs(pid);
  for (let looks = 0; looks < MOST_LOOKS; looks++) {
    await delay(LOOK_EVERY_MS);
    const now = await readProcessorMs(pid);
    if (now - before < LOOK_EVERY_MS * QUIET_PART_OF_A_CORE) {
      break;
    }
    before = now;
  }
  await turns.pass();
}

/** Of a process since its start; 0 where the system does not tell. */
async function readProcessorMs(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // The name of the program, in parentheses, may hold anything.
  const [, , , , , , , , , , , user = 0, system = 0] = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ');
  return (Number(user) + Number(system)) * TICK_MS;
}
