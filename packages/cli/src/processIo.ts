import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';
import { CliContext } from './CliContext';
import { listenOnce } from './connection/listenOnce';
import { openBrowser } from './connection/openBrowser';
import { forTerminal } from './output/forTerminal';

/** The streams and timers of this process. */
export function createProcessIo(): Pick<
  CliContext,
  | 'writeOut'
  | 'writeError'
  | 'isTerminal'
  | 'readInput'
  | 'askSecret'
  | 'openBrowser'
  | 'listenOnce'
  | 'delay'
  | 'startTimer'
> {
  return {
    writeOut: chunk => write(process.stdout, chunk),
    writeError: chunk => write(process.stderr, chunk),
    isTerminal: process.stderr.isTTY === true,
    readInput: () => text(process.stdin),
    askSecret,
    openBrowser,
    listenOnce,
    delay: async milliseconds => {
      await wait(milliseconds);
    },
    startTimer: (milliseconds, run) => {
      const timer = setTimeout(run, milliseconds);
      return () => clearTimeout(timer);
    },
  };
}

/** How a shell tells of a program that wrote to a pipe which nobody reads: 128 and SIGPIPE. */
const NOBODY_READS = 141;

/**
 * Ends the process where what it writes goes nowhere: without a word when whoever read it has
 * had enough, as `head` has, and with the reason when a file takes no more.
 */
export function endWhenUnread({
  stdout,
  stderr,
  exit,
}: Pick<NodeJS.Process, 'stdout' | 'stderr' | 'exit'>): void {
  const end = (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') {
      exit(NOBODY_READS);
    }
    stderr.write(
      `Error: cannot write what there is to tell: ${error.message}\n`,
    );
    exit(1);
  };
  stdout.on('error', end);
  stderr.on('error', error => exit(error.code === 'EPIPE' ? NOBODY_READS : 1));
}

/** What others wrote does not command the terminal; a program gets it as it is. */
function write(stream: NodeJS.WriteStream, chunk: string): void {
  stream.write(stream.isTTY ? forTerminal(chunk) : chunk);
}

async function askSecret(question: string): Promise<string | undefined> {
  if (!process.stdin.isTTY) {
    return undefined;
  }
  process.stderr.write(question);
  // An output that swallows everything is what keeps the answer off the screen.
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({
    input: process.stdin,
    output: silent,
    terminal: true,
  });
  try {
    const answer = await Promise.race([
      once(lines, 'line').then(([line]) => String(line)),
      once(lines, 'close').then(() => undefined),
    ]);
    process.stderr.write('\n');
    return answer;
  } finally {
    lines.close();
  }
}
