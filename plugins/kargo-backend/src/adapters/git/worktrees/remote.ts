import {
  isUpstreamUnavailableError,
  UpstreamUnavailableError,
} from 'backstage-plugin-kargo-node';
import { rm } from 'node:fs/promises';
import { inTurns } from '../../../foreign/inTurns';
import { parseLsRemote } from '../mirrors/parseLsRemote';
import { accessURL } from '../process/gitEnvironment';
import { hostOf, linesOf, toGitError } from '../process/parseGitFailure';
import { CloneGit } from './gitOfTree';
import { judgePush, PushVerdict } from './judgePush';

/** Head of a branch at the remote, or `undefined` when there is no such branch. */
export async function findRemoteBranch(
  git: CloneGit,
  branch: string,
): Promise<string | undefined> {
  const ref = `refs/heads/${branch}`;
  const { stdout } = await git.run({
    args: ['ls-remote', '--quiet', '--', accessURL(git.remote.url), ref],
    isRemote: true,
  });
  // The server matches the end of names.
  const { refs } = await inTurns(parseLsRemote(stdout));
  return refs.find(({ name }) => name === ref)?.id;
}

/** How to fetch; see {@link fetchFromRemote}. */
interface FetchOptions {
  /** The ref of the clone that is to name it; none unless told. */
  into?: string;
  /** Without its history, and without what it names where the server can do that. */
  alone?: boolean;
  /** Added to the environment of git. */
  env?: Record<string, string>;
}

/** Fetches a ref or commit of the remote. */
export async function fetchFromRemote(
  git: CloneGit,
  source: string,
  { into, alone = false, env }: FetchOptions = {},
): Promise<void> {
  await git.run({
    args: [
      'fetch',
      '--quiet',
      '--no-tags',
      '--no-write-fetch-head',
      ...(alone ? ['--depth=1', '--filter=tree:0'] : []),
      '--',
      accessURL(git.remote.url),
      into === undefined ? source : `+${source}:${into}`,
    ],
    ...(env && { env }),
    isRemote: true,
  });
}

/**
 * Makes sure that the remote gives a commit to whoever asks for it here.
 *
 * @remarks
 * Git asks for nothing that it has, and with `--refetch` for the whole history. A repository
 * that has nothing asks for the commit, and gets it alone: without its history, and without
 * what it names where the server can do that.
 *
 * @param scratch - a folder that is not there, and not there afterwards
 */
export async function askForCommit(
  git: CloneGit,
  commit: string,
  scratch: string,
): Promise<void> {
  const env = { GIT_DIR: scratch };
  try {
    await git.run({ args: ['init', '--bare', '--quiet', '--template='], env });
    await fetchFromRemote(git, commit, { alone: true, env });
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** Why the remote did not take a ref; `error` is for whoever gives up. */
export interface PushRejection {
  readonly kind: PushVerdict;
  /** Git saw that others were faster, and sent nothing. */
  readonly isBehind: boolean;
  readonly reason: string;
  readonly error: Error;
}

/**
 * Pushes one refspec; returns why it was rejected, or `undefined` when it was not.
 *
 * @throws CredentialsRejectedError or InputError when the remote did not even look at it.
 */
export async function pushToRemote(
  git: CloneGit,
  refspec: string,
  options: { force?: boolean } = {},
): Promise<PushRejection | undefined> {
  const url = accessURL(git.remote.url);
  try {
    const { stdout, stderr, exitCode } = await git.run({
      args: [
        'push',
        '--porcelain',
        '--quiet',
        ...(options.force ? ['--force'] : []),
        '--',
        url,
        refspec,
      ],
      isRemote: true,
      offersPassword: true,
      accept: [1],
    });
    if (exitCode === 0) {
      return undefined;
    }
    const rejection = rejectionOf(stdout);
    if (rejection === undefined) {
      // The request failed; whether the remote acted on it is not known.
      throw toGitError({ command: 'push', exitCode, stderr, url });
    }
    return toRejection(url, rejection, stderr, options);
  } catch (error) {
    if (isUpstreamUnavailableError(error)) {
      const { message: reason } = error;
      return { kind: 'unavailable', isBehind: false, reason, error };
    }
    throw error;
  }
}

// What the server refuses reads `[remote rejected]`.
const BEHIND = /^\[rejected\] \((?:non-fast-forward|fetch first)\)/;

function toRejection(
  url: string,
  rejection: string,
  stderr: string,
  options: { force?: boolean },
): PushRejection {
  const said = linesOf(stderr).filter(line =>
    /^(remote|error|fatal):/.test(line),
  );
  const reason = [rejection, ...said].slice(0, 8).join('; ');
  const kind = judgePush(rejection, said, options);
  const message = `the remote did not accept it: ${reason}`;
  return {
    kind,
    isBehind: BEHIND.test(rejection),
    reason,
    error:
      kind === 'unavailable'
        ? new UpstreamUnavailableError(hostOf(url), `${url}: ${message}`)
        : new Error(message),
  };
}

/** `!\tHEAD:refs/heads/x\t[rejected] (fetch first)` */
function rejectionOf(porcelain: string): string | undefined {
  const line = porcelain.split('\n').find(text => text.startsWith('!\t'));
  return line?.split('\t').slice(2).join(' ').trim();
}
