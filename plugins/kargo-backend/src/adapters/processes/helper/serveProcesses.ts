import { type ChildProcess, spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { dirname } from 'node:path';
import type { FromHelper, ToHelper } from './protocol';

type StartMessage = Extract<ToHelper, { kind: 'start' }>;

const running = new Map<number, ChildProcess>();

/**
 * The helper: starts programs for the portal, which is its parent, until that is gone.
 *
 * @remarks
 * This file runs in a process of its own and imports nothing but Node and types: what
 * starts programs has to be small, and sources have to run without translation.
 *
 * @param socket - where the portal takes the streams of programs
 */
export function serveProcesses(socket: string): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    // Meant for the portal, which ends in order and takes the helper along.
    process.on(signal, () => {});
  }
  process.on('message', (message: ToHelper) => {
    if (message.kind === 'ping') {
      tell({ kind: 'pong' });
    } else {
      start(socket, message).catch(error =>
        tell({ kind: 'failed', call: message.call, message: error.message }),
      );
    }
  });
  process.once('disconnect', () => {
    running.forEach(endGroup);
    // A portal that was killed could not clear it away itself.
    rmSync(dirname(socket), { recursive: true, force: true });
    process.exit(0);
  });
  tell({ kind: 'ready' });
}

function tell(message: FromHelper): void {
  if (process.connected) {
    process.send?.(message);
  }
}

async function start(path: string, message: StartMessage): Promise<void> {
  const { call, file, args, cwd, env, streams } = message;
  const sockets = await openStreams(path, call, streams);
  if (!sockets) {
    tell({ kind: 'cutOff', call });
    return;
  }
  let child: ChildProcess;
  try {
    child = spawn(file, [...args], {
      cwd,
      env,
      stdio: sockets,
      detached: true,
    });
  } finally {
    // The program has its own hold on them.
    sockets.forEach(socket => socket.destroy());
  }
  child.once('error', error =>
    tell({ kind: 'failed', call, message: error.message }),
  );
  if (child.pid === undefined) {
    return;
  }
  running.set(call, child);
  tell({ kind: 'started', call, pid: child.pid });
  child.once('exit', code => {
    endGroup(child);
    running.delete(call);
    tell({ kind: 'ended', call, code });
  });
}

/** `undefined` when the portal's socket is gone, for which somebody must have removed it. */
async function openStreams(
  path: string,
  call: number,
  count: number,
): Promise<Socket[] | undefined> {
  try {
    return await Promise.all(
      Array.from({ length: count }, (_, index) =>
        openStream(path, call, index),
      ),
    );
  } catch {
    return undefined;
  }
}

/** A connection that says what it is for, and from which nothing is read here. */
function openStream(
  path: string,
  call: number,
  index: number,
): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    socket.pause();
    socket.on('error', reject);
    socket.once('connect', () => {
      const header = [call, index].map((part, at) =>
        part.toString(16).padStart(at === 0 ? 10 : 2, '0'),
      );
      socket.write(header.join(''), error =>
        error ? reject(error) : resolve(socket),
      );
    });
  });
}

function endGroup(child: ChildProcess): void {
  try {
    process.kill(-child.pid!, 'SIGKILL');
  } catch {
    // It left nothing running.
  }
}
