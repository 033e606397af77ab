import { accessURL } from '../process/gitEnvironment';
import { parseLsRemote } from '../mirrors/parseLsRemote';
import { CloneGit } from './gitOfTree';

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
  return parseLsRemote(stdout).refs.find(({ name }) => name === ref)?.id;
}

/** Fetches a ref or commit of the remote into a ref of the clone, or into none. */
export async function fetchFromRemote(
  git: CloneGit,
  source: string,
  target?: string,
): Promise<void> {
  const refspec = target === undefined ? source : `+${source}:${target}`;
  await git.run({
    args: [
      'fetch',
      '--quiet',
      '--no-tags',
      '--no-write-fetch-head',
      '--',
      accessURL(git.remote.url),
      refspec,
    ],
    isRemote: true,
  });
}

/** Why the remote did not take a ref. */
export type PushRejection =
  /** Somebody was faster; integrating and pushing again may work. */
  { kind: 'outdated'; reason: string } | { kind: 'forbidden'; reason: string };

// The first is what git itself finds before it sends anything, the second what a server
// says that took somebody else's push meanwhile. A server that says `non-fast-forward`
// forbids it and will go on doing so.
const OUTDATED =
  /^\[rejected\] \((?:non-fast-forward|fetch first)|cannot lock ref|incorrect old value provided/i;

/** Pushes one refspec; returns why it was rejected, or `undefined` when it was not. */
export async function pushToRemote(
  git: CloneGit,
  refspec: string,
  options: { force?: boolean } = {},
): Promise<PushRejection | undefined> {
  const { stdout, stderr, exitCode } = await git.run({
    args: [
      'push',
      '--porcelain',
      '--quiet',
      ...(options.force ? ['--force'] : []),
      '--',
      accessURL(git.remote.url),
      refspec,
    ],
    isRemote: true,
    accept: [1],
  });
  if (exitCode === 0) {
    return undefined;
  }
  const reason = rejectionOf(stdout);
  if (reason !== undefined && OUTDATED.test(reason)) {
    return { kind: 'outdated', reason };
  }
  const said = stderr
    .split('\n')
    .filter(line => /^(remote|error|fatal):/.test(line))
    .map(line => line.trim());
  return {
    kind: 'forbidden',
    reason: [reason, ...said].filter(Boolean).slice(0, 8).join('; '),
  };
}

/** `!\tHEAD:refs/heads/x\t[rejected] (fetch first)` */
function rejectionOf(porcelain: string): string | undefined {
  const line = porcelain.split('\n').find(text => text.startsWith('!\t'));
  return line?.split('\t').slice(2).join(' ').trim();
}
