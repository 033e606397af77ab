import { Readable } from 'node:stream';
import { ProcessCall, ProcessStarter } from '../processes/ProcessStarter';

/** Time that a program has to end by itself when it is told to, in milliseconds. */
const KILL_AFTER_MS = 2_000;

/** What becomes of what a program prints. */
export interface LogOptions {
  /** Without it the program runs to its end. */
  signal?: AbortSignal;
  log(text: string): void;
}

/**
 * Runs a program to its end and hands on what it prints, both outputs as they come.
 *
 * @returns its exit code; `undefined` when it was killed
 * @throws the signal's reason when cancelled, once the program has ended
 */
export async function runLogged(
  processes: ProcessStarter,
  call: Omit<ProcessCall, 'onExceeded' | 'signal'>,
  { signal, log }: LogOptions,
): Promise<number | undefined> {
  let exceeded: string | undefined;
  let end = () => {};
  const started = await processes.start({
    ...call,
    ...(signal && { signal }),
    onExceeded: what => {
      exceeded = what;
      end();
    },
  });
  let timer: NodeJS.Timeout | undefined;
  end = () => {
    started.signal('SIGTERM');
    timer ??= setTimeout(() => started.signal('SIGKILL'), KILL_AFTER_MS);
  };
  signal?.addEventListener('abort', end);
  if (signal?.aborted || exceeded) end();
  started.stdin.on('error', () => {}).end();
  try {
    const [ending] = await Promise.all([
      started.ended,
      forward(started.stdout, log),
      forward(started.stderr, log),
    ]);
    signal?.throwIfAborted();
    if (exceeded) {
      log(`\nended: it used ${exceeded}\n`);
    }
    if (ending.kind === 'lost') {
      throw ending.error;
    }
    return ending.kind === 'exited' && !exceeded ? ending.code : undefined;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', end);
  }
}

/** As text; a character that is cut by a chunk comes with the next one. */
async function forward(
  output: Readable,
  log: (text: string) => void,
): Promise<void> {
  const decoder = new TextDecoder();
  for await (const chunk of output) {
    log(decoder.decode(chunk as Buffer, { stream: true }));
  }
  log(decoder.decode());
}
