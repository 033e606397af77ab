import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import { repositoryRoot } from './paths';

/** What a command came to. */
export interface CommandResult {
  code: number;
  out: string;
  err: string;
}

/** A command line on a machine of its own: a home, and a browser that somebody uses. */
export interface CommandLine {
  readonly home: string;
  /** Runs it with the words behind `kargo`, and variables on top of its environment. */
  invoke(
    words: readonly string[],
    input?: string,
    variables?: Readonly<Record<string, string>>,
  ): Promise<CommandResult>;
}

/** How to set a command line up. */
export interface CommandLineOptions {
  /** Holds the home and the programs. */
  folder: string;
  /** Another program than the command line of this repository. */
  program?: string;
  /** What somebody does with an address that a command opens. */
  browse(address: string): Promise<void>;
}

/** What command lines open addresses with. This one leaves them for the test to follow. */
const BROWSER = '#!/bin/sh\nprintf %s "$1" > "$HOME/address"\n';

/** Sets a command line up that has never been used. */
export async function createCommandLine({
  folder,
  program,
  browse,
}: CommandLineOptions): Promise<CommandLine> {
  const home = join(folder, 'home');
  const bin = join(folder, 'bin');
  await mkdir(home, { recursive: true });
  await mkdir(bin, { recursive: true });
  await writeFile(join(bin, 'xdg-open'), BROWSER);
  await chmod(join(bin, 'xdg-open'), 0o755);
  const command = program
    ? [program]
    : [process.execPath, join(repositoryRoot, 'packages/cli/bin/kargo')];
  const env = {
    HOME: home,
    PATH: [bin, process.env.PATH].join(delimiter),
  };
  return {
    home,
    async invoke(words, input = '', variables = {}) {
      const [file, ...args] = [...command, ...words];
      const child = spawn(file, args, {
        cwd: home,
        env: { ...env, ...variables },
      });
      const closed = once(child, 'close');
      const over = new AbortController();
      const browsing = browseUntil(over.signal, join(home, 'address'), browse);
      // A program may end without having read what it is given.
      child.stdin.on('error', () => undefined);
      child.stdin.end(input);
      const [out, err, [code]] = await Promise.all([
        text(child.stdout),
        text(child.stderr),
        closed,
      ]);
      over.abort();
      await browsing;
      return { code: Number(code), out, err };
    },
  };
}

/** Follows what a command opens until it is over. */
async function browseUntil(
  signal: AbortSignal,
  file: string,
  browse: (address: string) => Promise<void>,
): Promise<void> {
  while (!signal.aborted) {
    const address = await readFile(file, 'utf8').catch(() => '');
    if (address) {
      await rm(file);
      await browse(address);
    }
    await setTimeout(100, undefined, { signal }).catch(() => undefined);
  }
}
