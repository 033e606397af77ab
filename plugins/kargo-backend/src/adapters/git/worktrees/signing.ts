import { mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import { GitProgram } from '../process/gitEnvironment';

/** What to add to a git call so that it signs. */
export interface SigningSettings {
  readonly config: Readonly<Record<string, string>>;
  readonly env: Readonly<Record<string, string>>;
}

const UNSIGNED: SigningSettings = {
  config: { 'commit.gpgSign': 'false', 'tag.gpgSign': 'false' },
  env: {},
};

const TIMEOUT_MS = 30_000;
const MAX_OUTPUT = 1024 * 1024;

/**
 * Runs git calls that sign with an OpenPGP key, or do not sign when there is none.
 *
 * @remarks
 * The key lives in a keyring of its own only as long as the calls: no agent is left
 * running, and the path is short enough for the agent's sockets.
 */
export async function withSigning<T>(
  program: GitProgram,
  key: string | undefined,
  run: (settings: SigningSettings) => Promise<T>,
): Promise<T> {
  if (!key) {
    return run(UNSIGNED);
  }
  const folder = await mkdtemp(path.join(program.tempDir, 'kg-'));
  const env = { GNUPGHOME: folder };
  const gpg = (args: string[], stdin = '') =>
    runGpg(program, 'gpg', ['--batch', '--quiet', ...args], stdin, {
      ...env,
      HOME: folder,
      LC_ALL: 'C',
    });
  try {
    await gpg(['--import'], key);
    const listing = await gpg(['--list-secret-keys', '--with-colons']);
    const [, fingerprint] =
      /^fpr:(?:[^:]*:){8}([0-9A-F]+):/m.exec(listing) ?? [];
    if (!fingerprint) {
      throw new Error('the signing key contains no secret key');
    }
    await gpg(['--import-ownertrust'], `${fingerprint}:6:\n`);
    const config = {
      'commit.gpgSign': 'true',
      'tag.gpgSign': 'true',
      'user.signingKey': fingerprint,
    };
    return await run({ config, env });
  } finally {
    // Best effort: an agent ends by itself when its folder is gone.
    await runGpg(program, 'gpgconf', ['--kill', 'gpg-agent'], '', env).catch(
      () => undefined,
    );
    await rm(folder, { recursive: true, force: true });
  }
}

/** @returns what it printed */
async function runGpg(
  program: GitProgram,
  file: string,
  args: string[],
  stdin: string,
  env: Record<string, string>,
): Promise<string> {
  const tooMuch = new AbortController();
  const signal = AbortSignal.any([
    AbortSignal.timeout(TIMEOUT_MS),
    tooMuch.signal,
  ]);
  const running = await program.processes.start({
    ...{ file, args, cwd: program.tempDir, signal },
    env: { ...program.inherited, ...env },
    limits: program.limits,
    onExceeded: () => tooMuch.abort(),
  });
  const stop = () => running.signal('SIGKILL');
  signal.addEventListener('abort', stop);
  running.stdin.end(stdin);
  running.stderr.resume();
  let output = '';
  for await (const chunk of running.stdout) {
    output = `${output}${chunk}`.slice(0, MAX_OUTPUT);
  }
  const end = await running.ended;
  signal.removeEventListener('abort', stop);
  if (end.kind === 'exited' && end.code === 0) {
    return output;
  }
  // The program's own words may quote the key.
  throw new Error(
    `the signing key could not be used: ${file} ended with ${
      end.kind === 'exited' ? end.code : 'a signal'
    }`,
  );
}
