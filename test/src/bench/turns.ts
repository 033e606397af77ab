import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** The variable that names the port where turns are given. */
export const TURNS_PORT = 'BENCH_TURNS_PORT';

/**
 * Gives turns to processes that measure side by side, so that whatever else slows the machine
 * down slows all of them: one works, the others wait, in the order in which they asked.
 *
 * @remarks
 * Whoever connects asks for a turn, and is sent a byte when it begins, which the first turn does
 * when all have come: who is still being made ready would disturb it. With a byte of its own
 * it passes the turn on and asks for the next; with its end it leaves.
 */
export class TurnGiver {
  /** @param missing - how many will come */
  static async start(missing: number): Promise<TurnGiver> {
    const giver = new TurnGiver(missing);
    giver.#server.listen(0, '127.0.0.1');
    await once(giver.#server, 'listening');
    return giver;
  }

  readonly #server = createServer(socket => this.#accept(socket));
  /** The first works, the others wait. */
  #line: Socket[] = [];

  private constructor(private missing: number) {}

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  close(): void {
    this.#server.close();
    this.#line.forEach(socket => socket.destroy());
  }

  #accept(socket: Socket): void {
    socket.on('data', () => this.#lineUp(this.#without(socket), [socket]));
    // One that has died has left, too: `close` follows.
    socket.on('error', () => undefined);
    socket.on('close', () => this.#lineUp(this.#without(socket)));
    this.missing--;
    if (this.missing > 0) {
      this.#line.push(socket);
    } else {
      this.#lineUp([], [...this.#line, socket]);
    }
  }

  #without(socket: Socket): Socket[] {
    return this.#line.filter(other => other !== socket);
  }

  #lineUp(line: readonly Socket[], last: readonly Socket[] = []): void {
    const before = this.#line.at(0);
    this.#line = [...line, ...last];
    const first = this.#line.at(0);
    if (first && (first !== before || last.includes(first))) {
      first.write('.');
    }
  }
}

/** The turns of this process, where there are others; alone, it need not wait. */
export class Turns {
  #socket: Socket | undefined;
  #begin = () => {};

  /** @param port - where turns are given; `undefined` where nobody else works */
  constructor(private readonly port: string | undefined) {}

  /** Waits for the first turn. */
  async begin(): Promise<void> {
    if (this.port !== undefined) {
      const turn = this.#next();
      this.#socket = connect(Number(this.port), '127.0.0.1')
        .setNoDelay()
        .on('data', () => this.#begin())
        // Whoever gives turns has gone: nobody else works.
        .on('error', () => this.#begin())
        .on('close', () => this.#begin());
      await turn;
    }
  }

  /** Lets the others work, and waits for the next turn. */
  async pass(): Promise<void> {
    if (this.#socket?.writable) {
      const turn = this.#next();
      this.#socket.write('.');
      await turn;
    }
  }

  end(): void {
    this.#socket?.destroy();
    this.#socket = undefined;
  }

  async #next(): Promise<void> {
    return new Promise(resolve => {
      this.#begin = resolve;
    });
  }
}
