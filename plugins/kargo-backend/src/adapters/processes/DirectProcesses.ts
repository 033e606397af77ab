import { ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { Readable, Writable } from 'node:stream';
import { ProcessGroup } from './ProcessGroup';
import {
  assertNoNul,
  ProcessCall,
  ProcessEnd,
  ProcessStarter,
  ProcessStartError,
  RunningProcess,
} from './ProcessStarter';

/**
 * Starts programs from this process.
 *
 * @remarks
 * Node starts a program by a copy of itself, for which everything stands still: the larger
 * this process, the longer.
 */
export class DirectProcesses implements ProcessStarter {
  async start(call: ProcessCall): Promise<RunningProcess> {
    call.signal?.throwIfAborted();
    assertNoNul(call);
    const child = spawnCall(call);
    const closed = once(child, 'close');
    // Of a program that cannot be started `spawn` tells; see below.
    closed.catch(() => {});
    try {
      await once(child, 'spawn');
    } catch (error) {
      throw new ProcessStartError((error as Error).message, { cause: error });
    }
    return toRunning(child, closed, call);
  }
}

/** Of some failures `spawn` throws: arguments that are too long, for one. */
function spawnCall({
  file,
  args,
  cwd,
  env,
  hasTrace,
}: ProcessCall): ChildProcess {
  const outputs = hasTrace ? 3 : 2;
  try {
    return spawn(file, [...args], {
      ...{ cwd, env: { ...env }, detached: true },
      stdio: ['pipe', ...Array<'pipe'>(outputs).fill('pipe')],
    });
  } catch (error) {
    throw new ProcessStartError((error as Error).message, { cause: error });
  }
}

function toRunning(
  child: ChildProcess,
  closed: Promise<unknown[]>,
  call: ProcessCall,
): RunningProcess {
  const group = new ProcessGroup(child.pid!, call);
  child.once('exit', () => group.end());
  const [stdin, stdout, stderr, trace] = child.stdio as unknown as [
    Writable,
    Readable,
    Readable,
    Readable?,
  ];
  for (const stream of [stdin, stdout, stderr, trace]) {
    // Who reads hears of it; that nobody does is no reason to fall.
    stream?.on('error', () => {});
  }
  return {
    ...{ stdin, stdout, stderr },
    ...(trace && { trace }),
    ended: closed.then(
      ([code]): ProcessEnd =>
        code === null
          ? { kind: 'killed' }
          : { kind: 'exited', code: code as number },
    ),
    signal: signal => group.signal(signal),
  };
}
