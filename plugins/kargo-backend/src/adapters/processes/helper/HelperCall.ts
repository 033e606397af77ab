import { Socket } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { ProcessGroup } from '../ProcessGroup';
import {
  ProcessCall,
  ProcessEnd,
  ProcessLostError,
  ProcessStartError,
  RunningProcess,
} from '../ProcessStarter';
import { createDeferred } from './deferred';

/**
 * A program that the helper starts, as seen from the portal.
 *
 * @remarks
 * States: starting → running → ended, or starting → not started. It runs once its streams
 * have arrived and its process is known, in whatever order; that it has ended may be told
 * before that. A program that nobody wants any more when it starts is ended at once.
 */
export class HelperCall {
  readonly #sockets: Array<Socket | undefined>;
  #group: ProcessGroup | undefined;
  #isGivenUp = false;
  readonly #started = createDeferred<RunningProcess>();
  readonly #ended = createDeferred<ProcessEnd>();
  readonly #done = createDeferred<void>();

  constructor(private readonly call: ProcessCall) {
    this.#sockets = Array(call.hasTrace ? 4 : 3).fill(undefined);
  }

  /** How many streams it needs. */
  get streams(): number {
    return this.#sockets.length;
  }

  /** Resolves when the program runs; rejects when it was not started, or was given up. */
  get started(): Promise<RunningProcess> {
    return this.#started.promise;
  }

  /** Resolves when nothing more will be told of it. */
  get done(): Promise<void> {
    return this.#done.promise;
  }

  /** Takes one of the streams of the program. */
  takeStream(index: number, socket: Socket): void {
    if (!(index < this.#sockets.length) || this.#sockets[index]) {
      socket.destroy();
      return;
    }
    this.#sockets[index] = socket;
    this.#runIfComplete();
  }

  takePid(pid: number): void {
    this.#group = new ProcessGroup(pid, this.call);
    this.#runIfComplete();
  }

  /** The program was not started. */
  fail(message: string): void {
    this.giveUp(new ProcessStartError(message));
    this.#destroyStreams();
    this.#done.resolve();
  }

  /** The program has ended. */
  async end(code: number | null): Promise<void> {
    // Its streams are on their way.
    await this.started.catch(() => {});
    await this.#finish(
      code === null ? { kind: 'killed' } : { kind: 'exited', code },
    );
  }

  /** Nobody tells any more how the program goes: it is ended. */
  async lose(error: ProcessLostError): Promise<void> {
    this.giveUp(error);
    await this.#finish({ kind: 'lost', error });
  }

  /** Whoever asked for the program does not want it any more; without effect once it runs. */
  giveUp(reason: unknown): void {
    this.#started.reject(reason);
    this.started.catch(() => {
      this.#isGivenUp = true;
      this.#group?.signal('SIGKILL');
    });
  }

  #runIfComplete(): void {
    const group = this.#group;
    if (this.#isGivenUp) {
      group?.signal('SIGKILL');
    }
    if (!group || this.#sockets.includes(undefined)) {
      return;
    }
    const [stdin, stdout, stderr, trace] = this.#sockets as Socket[];
    this.#started.resolve({
      ...{ stdin, stdout, stderr },
      ...(trace && { trace }),
      ended: this.#ended.promise,
      signal: signal => group.signal(signal),
    });
  }

  async #finish(end: ProcessEnd): Promise<void> {
    this.#group?.end();
    const [stdin, ...outputs] = this.#sockets;
    stdin?.destroy();
    // Whoever started it has had no time yet to begin reading.
    await setImmediate();
    await this.started.catch(() => this.#destroyStreams());
    await Promise.all(outputs.map(readOut));
    this.#ended.resolve(end);
    this.#done.resolve();
  }

  #destroyStreams(): void {
    this.#sockets.forEach(socket => socket?.destroy());
  }
}

/** Waits until an output is closed, whether somebody reads it or not. */
async function readOut(output: Socket | undefined): Promise<void> {
  if (output && !output.closed) {
    await new Promise<void>(resolve => {
      output.once('close', () => resolve()).resume();
    });
  }
}
