import { UpstreamUnavailableError } from 'backstage-plugin-kargo-node';
import { GitCall, GitCommand, RedirectedError, urlOf } from './GitCall';
import { GitProgram } from './gitEnvironment';
import { assertGitVersion } from './gitVersion';
import { hostOf } from './parseGitFailure';
import { parseRedirect } from './parseRedirect';

/** What git said. */
export interface GitOutput {
  readonly stdout: string;
  /** Redacted. */
  readonly stderr: string;
  readonly exitCode: number;
}

const MAX_STDOUT_BYTES = 64 * 1024 * 1024;
const MAX_REDIRECTS = 5;

interface RunGitCommand extends GitCommand {
  /** Exit codes besides 0 that are answers, not failures. */
  accept?: readonly number[];
  /** 64 MiB unless told. */
  maxOutputBytes?: number;
}

/**
 * Runs git to its end.
 *
 * @remarks
 * An exit code other than 0 (or one of `accept`) throws: `CredentialsRejectedError`,
 * `InputError` or `UpstreamUnavailableError` when the call concerned a remote and git
 * blamed it, else `GitCommandError`. Cancelling throws the signal's reason. No message
 * contains credentials or absolute paths.
 *
 * With an egress policy a redirect is followed here and not by git, so that its target
 * is judged first; the call then runs again, which is safe because a redirect answers the
 * first request.
 */
export async function runGit(
  program: GitProgram,
  command: RunGitCommand,
): Promise<GitOutput> {
  await assertUsable(program);
  let current = command;
  for (let redirects = 0; ; redirects++) {
    try {
      return await runOnce(program, current);
    } catch (error) {
      if (!(error instanceof RedirectedError)) {
        throw error;
      }
      const from = current.redirectedTo ?? urlOf(current) ?? '';
      const redirectedTo =
        redirects < MAX_REDIRECTS
          ? parseRedirect(error.trace, from)
          : undefined;
      if (redirectedTo === undefined) {
        throw toRedirectError(current);
      }
      current = { ...current, redirectedTo };
    }
  }
}

const usable = new Map<string, Promise<void>>();

/**
 * Makes sure, once per program file, that git is there and new enough.
 *
 * @throws InputError when it is too old; Error when it cannot be started.
 */
export function assertUsable(program: GitProgram): Promise<void> {
  const key = `${program.path}\0${program.inherited.PATH}`;
  const known = usable.get(key);
  if (known) {
    return known;
  }
  const asking = runOnce(program, {
    args: ['version'],
    home: program.tempDir,
  }).then(({ stdout }) => assertGitVersion(stdout));
  usable.set(key, asking);
  // Somebody may install another one; who waits hears of the failure.
  asking.catch(() => usable.delete(key));
  return asking;
}

function toRedirectError(command: GitCommand): Error {
  const host = hostOf(urlOf(command) ?? '');
  return new UpstreamUnavailableError(
    host,
    `${host} redirects too often, or not always the same way`,
  );
}

async function runOnce(
  program: GitProgram,
  command: RunGitCommand,
): Promise<GitOutput> {
  const limit = command.maxOutputBytes ?? MAX_STDOUT_BYTES;
  const call = await GitCall.start(program, command);
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of call.stdout) {
      size += chunk.length;
      if (size > limit) {
        throw new Error(
          `git ${command.args[0]} printed more than ${limit} bytes`,
        );
      }
      chunks.push(chunk);
    }
    const { exitCode, stderr } = await call.finish(command.accept);
    return { stdout: Buffer.concat(chunks).toString(), stderr, exitCode };
  } finally {
    await call.dispose();
  }
}

/**
 * Runs git and hands on its output as it comes; git is stopped when the reader stops.
 *
 * @remarks
 * Throws like {@link runGit}, after the last chunk.
 */
export async function* streamGit(
  program: GitProgram,
  command: GitCommand,
): AsyncGenerator<Buffer, void, undefined> {
  await assertUsable(program);
  const call = await GitCall.start(program, command);
  try {
    yield* call.stdout;
    await call.finish();
  } finally {
    await call.dispose();
  }
}
