import { ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, Server, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { resolvePackagePath } from '@backstage/backend-plugin-api';
import {
  assertNoNul,
  ProcessCall,
  ProcessLostError,
  RunningProcess,
} from '../ProcessStarter';
import { createDeferred } from './deferred';
import { HelperCall } from './HelperCall';
import { FromHelper, STREAM_HEADER_BYTES, ToHelper } from './protocol';
import { serveProcesses } from './serveProcesses';

const START_MS = 15_000;
const LOOK_MS = 5_000;
/** Looks without any word from the helper after which it counts as stuck. */
const MOST_SILENT_LOOKS = 6;
/** Time in which a program must be started and its streams must have arrived. */
const STREAMS_MS = 60_000;
const MOST_CALLS = 512;
const MEMORY_MIB = 64;
const KEPT_WORDS = 2_000;

const LOST =
  'the helper process that runs programs for the portal ended unexpectedly, and what it ran was ended; the next call starts it again';

const CUT_OFF =
  'the helper process that runs programs for the portal cannot reach the portal any more; the next call starts another';

const INCOMPLETE = `the program was not started, or its streams did not arrive, within ${
  STREAMS_MS / 1000
} seconds; does the portal have too many files and connections open?`;

/**
 * A small process that starts programs for this one.
 *
 * @remarks
 * States: starting → running → (retired) → gone. Retired, it takes no calls and ends with
 * the last of those that run. Its end, whatever the reason, ends what it started;
 * ours ends it, because the channel between us closes. It does not keep this process alive
 * except while a call is under way or it is being stopped.
 */
export class ProcessHelper {
  readonly #calls = new Map<number, HelperCall>();
  #lastCall = 0;
  #isGone = false;
  #isRetired = false;
  #silentLooks = 0;
  #looking: NodeJS.Timeout | undefined;
  #words = '';
  readonly #ready = createDeferred<void>();
  readonly #gone = createDeferred<void>();

  /** @throws Error when it does not start within 15 seconds */
  static async start(
    options: {
      /** Milliseconds between two looks whether it still answers. */
      lookMs?: number;
      /** Milliseconds until a program must have its streams. */
      streamsMs?: number;
    } = {},
  ): Promise<ProcessHelper> {
    // Only its owner may enter such a folder, and so reach the socket in it.
    const folder = await mkdtemp(join(tmpdir(), 'kargo-helper-'));
    const server = createServer({ pauseOnConnect: true });
    try {
      const socket = join(folder, 's');
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject).listen(socket, resolve);
      });
      const { lookMs = LOOK_MS, streamsMs = STREAMS_MS } = options;
      const child = startHelper(socket);
      const helper = new ProcessHelper(child, server, {
        folder,
        lookMs,
        streamsMs,
      });
      await helper.#waitUntilReady();
      return helper;
    } catch (error) {
      server.close();
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
  }

  private constructor(
    private readonly child: ChildProcess,
    private readonly server: Server,
    private readonly options: {
      folder: string;
      lookMs: number;
      streamsMs: number;
    },
  ) {
    server.unref();
    server.on('connection', socket => this.#takeStream(socket));
    child.on('message', (message: FromHelper) => this.#take(message));
    child.stderr
      ?.on('data', chunk => {
        this.#words = `${this.#words}${chunk}`.slice(-KEPT_WORDS);
      })
      .on('error', () => {});
    child.once('error', error => this.#lose(error));
    child.once('exit', () => this.#lose(new Error(this.#words || 'it ended')));
    child.once('disconnect', () => child.kill('SIGKILL'));
  }

  /** Whether it takes no calls any more. */
  get isGone(): boolean {
    return this.#isGone || this.#isRetired;
  }

  /** Its process. */
  get pid(): number | undefined {
    return this.child.pid;
  }

  /** As `ProcessStarter.start`. */
  async start(call: ProcessCall): Promise<RunningProcess> {
    assertNoNul(call);
    if (this.#calls.size >= MOST_CALLS) {
      throw new ProcessLostError(
        `${MOST_CALLS} programs run for the portal at once, more are not allowed; try again in a moment`,
      );
    }
    this.#lastCall += 1;
    const id = this.#lastCall;
    const starting = new HelperCall(call);
    this.#add(id, starting);
    const onAbort = () => starting.giveUp(call.signal?.reason);
    call.signal?.addEventListener('abort', onAbort);
    const tooLong = setTimeout(
      () => starting.giveUp(new ProcessLostError(INCOMPLETE)),
      this.options.streamsMs,
    );
    try {
      const { file, args, cwd, env } = call;
      const { streams } = starting;
      this.#tell({ kind: 'start', call: id, file, args, cwd, env, streams });
      return await starting.started;
    } finally {
      clearTimeout(tooLong);
      call.signal?.removeEventListener('abort', onAbort);
    }
  }

  /** Ends it, and all that it started. */
  async stop(): Promise<void> {
    // Whoever waits for its end is to hear of it.
    this.#keepAlive(true);
    this.child.kill('SIGKILL');
    await this.#gone.promise;
  }

  async #waitUntilReady(): Promise<void> {
    const tooLong = setTimeout(() => {
      this.#ready.reject(new Error(`it was not ready after ${START_MS} ms`));
      this.child.kill('SIGKILL');
    }, START_MS);
    try {
      await this.#ready.promise;
    } finally {
      clearTimeout(tooLong);
    }
    this.#keepAlive(false);
  }

  #add(id: number, call: HelperCall): void {
    this.#calls.set(id, call);
    call.done.then(() => this.#remove(id));
    this.#keepAlive(true);
    this.#looking ??= setInterval(
      () => this.#look(),
      this.options.lookMs,
    ).unref();
  }

  #remove(id: number): void {
    this.#calls.delete(id);
    if (this.#calls.size === 0) {
      this.#keepAlive(false);
      clearInterval(this.#looking);
      this.#looking = undefined;
      this.#silentLooks = 0;
      if (this.#isRetired) {
        this.child.kill('SIGKILL');
      }
    }
  }

  #keepAlive(isWanted: boolean): void {
    const verb = isWanted ? 'ref' : 'unref';
    this.child[verb]();
    this.child.channel?.[verb]();
    (this.child.stderr as Socket | null)?.[verb]();
  }

  #tell(message: ToHelper): void {
    if (this.child.connected) {
      this.child.send(message, () => {
        // Its end is told by `exit`.
      });
    }
  }

  #take(message: FromHelper): void {
    this.#silentLooks = 0;
    switch (message.kind) {
      case 'ready':
        this.#ready.resolve();
        break;
      case 'started':
        this.#calls.get(message.call)?.takePid(message.pid);
        break;
      case 'failed':
        this.#calls.get(message.call)?.fail(message.message);
        break;
      case 'cutOff':
        this.#isRetired = true;
        this.#calls.get(message.call)?.lose(new ProcessLostError(CUT_OFF));
        break;
      case 'ended':
        this.#calls.get(message.call)?.end(message.code);
        break;
      default:
      // It is alive.
    }
  }

  /** A connection begins with what it is for. */
  #takeStream(socket: Socket): void {
    socket.on('error', () => {});
    const read = () => {
      const header: Buffer | null = socket.read(STREAM_HEADER_BYTES);
      if (header !== null) {
        socket.off('readable', read);
        const text = header.toString('latin1');
        const call = this.#calls.get(parseInt(text.slice(0, -2), 16));
        if (call) {
          call.takeStream(parseInt(text.slice(-2), 16), socket);
        } else {
          socket.destroy();
        }
      }
    };
    socket.on('readable', read);
  }

  #look(): void {
    this.#silentLooks += 1;
    if (this.#silentLooks > MOST_SILENT_LOOKS) {
      this.child.kill('SIGKILL');
    }
    this.#tell({ kind: 'ping' });
  }

  #lose(cause: Error): void {
    if (this.#isGone) {
      return;
    }
    this.#isGone = true;
    this.#ready.reject(cause);
    const error = new ProcessLostError(LOST, { cause });
    this.#calls.forEach(call => call.lose(error));
    this.server.close();
    rm(this.options.folder, { recursive: true, force: true })
      .catch(() => {})
      .finally(() => this.#gone.resolve());
  }
}

/**
 * Starts the process. Nothing of the portal's environment and options goes to it; what it
 * needs to know it is told.
 */
function startHelper(socket: string): ChildProcess {
  const isSource = __filename.endsWith('.ts');
  const file = resolvePackagePath(
    'backstage-plugin-kargo-backend',
    isSource
      ? 'src/adapters/processes/helper/serveProcesses.ts'
      : 'dist/adapters/processes/helper/serveProcesses.cjs.js',
  );
  const script = 'require(process.argv[1])[process.argv[2]](process.argv[3])';
  return spawn(
    process.execPath,
    [
      `--max-old-space-size=${MEMORY_MIB}`,
      ...(isSource ? translation() : []),
      '-e',
      script,
      file,
      // By reference, so that a build keeps what only the helper calls.
      serveProcesses.name,
      socket,
    ],
    { cwd: '/', env: {}, stdio: ['ignore', 'ignore', 'pipe', 'ipc'] },
  );
}

/** How Node is told to run a source file of ours; newer ones can by themselves. */
function translation(): string[] {
  return process.features.typescript
    ? ['--disable-warning=ExperimentalWarning']
    : ['--require', require.resolve('@backstage/cli/config/nodeTransform.cjs')];
}
