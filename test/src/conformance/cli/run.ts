import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmod,
  mkdir,
  mkdtemp,
  readFile,
  rm,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import { approveSignIn } from '../../world/approveSignIn';
import { repositoryRoot } from '../../world/paths';
import { type Portal, startPortal } from '../../world/portal';
import { optionOf } from '../rest/withTarget';
import { CLI_ADMIN_PASSWORD, CLI_PORTAL_CONFIG } from './cliPortal';
import {
  type CommandResult,
  type CommandsResult,
  runCommandsOn,
} from './runCommands';

/** What command lines open addresses with. This one leaves them for the test to follow. */
const BROWSER = '#!/bin/sh\nprintf %s "$1" > "$HOME/address"\n';

/**
 * Runs a list of commands against a portal of its own: those of the command line of this
 * repository, or of the program that `--kargo` names.
 */
export async function runCli(
  file: string,
  options: readonly string[] = [],
): Promise<CommandsResult> {
  const program = optionOf('--kargo', options);
  const folder = await mkdtemp(join(tmpdir(), 'kargo-commands-'));
  try {
    const home = join(folder, 'home');
    const bin = join(folder, 'bin');
    await mkdir(home);
    await mkdir(bin);
    await writeFile(join(bin, 'xdg-open'), BROWSER);
    await chmod(join(bin, 'xdg-open'), 0o755);
    const portal = await startPortal({
      stateDir: join(folder, 'portal'),
      extraConfig: CLI_PORTAL_CONFIG,
    });
    try {
      const command = program
        ? [program]
        : [process.execPath, join(repositoryRoot, 'packages/cli/bin/kargo')];
      const environment = {
        HOME: home,
        PATH: [bin, process.env.PATH].join(delimiter),
      };
      return await runCommandsOn(
        {
          invoke: (words, input) =>
            invoke([...command, ...words], { input, environment, portal }),
          workingDirectory: home,
          values: {
            portal: program ? portal.api : portal.url,
            token: portal.token,
            password: CLI_ADMIN_PASSWORD,
          },
          isOurs: program === undefined,
        },
        file,
      );
    } finally {
      await portal.close();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function invoke(
  [program, ...args]: string[],
  {
    input,
    environment,
    portal,
  }: {
    input: string;
    environment: { HOME: string; PATH: string };
    portal: Portal;
  },
): Promise<CommandResult> {
  const child = spawn(program, args, {
    cwd: environment.HOME,
    env: environment,
  });
  const closed = once(child, 'close');
  const over = new AbortController();
  const browsing = browse(join(environment.HOME, 'address'), portal, over);
  child.stdin.end(input);
  const [out, err, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    closed,
  ]);
  over.abort();
  await browsing;
  return { code: Number(code), out, err };
}

/** Follows what a command opens, as one of the people of the demo, until it is over. */
async function browse(
  file: string,
  portal: Portal,
  { signal }: AbortController,
): Promise<void> {
  while (!signal.aborted) {
    const address = await readFile(file, 'utf8').catch(() => '');
    if (address) {
      await rm(file);
      await approveSignIn(portal, 'rita', address);
    }
    await setTimeout(100, undefined, { signal }).catch(() => undefined);
  }
}
