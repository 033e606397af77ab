import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';

/** Waits for a condition, for as long as the test may take. */
export async function waitUntil(holds: () => boolean): Promise<void> {
  while (!holds()) {
    await delay(5);
  }
}

/** What `/proc` says of a process; `undefined` when there is none. */
function readStat(pid: number): { name: string; state: string } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const end = stat.lastIndexOf(')');
    return {
      name: stat.slice(stat.indexOf('(') + 1, end),
      state: stat[end + 2],
    };
  } catch {
    return undefined;
  }
}

/** Whether a process runs. A zombie has ended; whoever collects it is no matter of ours. */
export function isRunning(pid: number): boolean {
  return (readStat(pid)?.state ?? 'Z') !== 'Z';
}

/** Whether a process runs that program and waits for something. */
export function isWaiting(pid: number, program: string): boolean {
  const { name, state } = readStat(pid) ?? {};
  return name === program && state === 'S';
}

export function waitUntilGone(pid: number): Promise<void> {
  return waitUntil(() => !isRunning(pid));
}

/** Reads a line and leaves the rest. */
export async function firstLine(stream: Readable): Promise<string> {
  let line = '';
  while (!line.endsWith('\n')) {
    const byte = stream.read(1);
    if (byte === null) {
      await new Promise(resolve => {
        stream.once('readable', resolve);
      });
    } else {
      line += byte;
    }
  }
  return line.trim();
}
