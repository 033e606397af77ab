import { inTurns } from '../../../foreign/inTurns';
import { sha256Hex } from '../../../logic/hash';
import { GitRemote, RemoteRefs } from '../../../ports/GitClient';
import { accessURL, GitProgram } from '../process/gitEnvironment';
import { parseLsRemote } from './parseLsRemote';
import { runGit } from '../process/runGit';

const TIMEOUT_MS = 120_000;

/** Lists the branches and tags of a remote with one `git ls-remote`. */
export async function lsRemote(
  program: GitProgram,
  options: {
    remote: GitRemote;
    home: string;
    withHead: boolean;
    signal?: AbortSignal;
  },
): Promise<RemoteRefs> {
  const { remote, home, withHead, signal } = options;
  // Asked for HEAD, git lists everything the server has, pull requests included; asked
  // for branches and tags only, it lets the server choose.
  const scope = withHead ? ['--symref'] : ['--heads', '--tags'];
  const { stdout } = await runGit(program, {
    args: ['ls-remote', '--quiet', ...scope, '--', accessURL(remote.url)],
    home,
    remote,
    signal,
    timeoutMs: TIMEOUT_MS,
    maxOutputBytes: 256 * 1024 * 1024,
  });
  return inTurns(parseLsRemote(stdout), signal);
}

/**
 * Names a remote as one tenant sees it: equal only for equal URL, credentials and trust.
 * A hash, so that it may stand in file names.
 */
export function remoteFingerprint(remote: GitRemote): string {
  const { username, password, sshPrivateKey } = remote.credentials ?? {};
  return hashRemote(remote, [
    username,
    password?.reveal(),
    sshPrivateKey?.reveal(),
  ]);
}

/**
 * Names the mirror of a remote. Like {@link remoteFingerprint}, except that tokens which
 * expire count as one: a mirror per hour would be of no use.
 */
export function mirrorIdentity(remote: GitRemote): string {
  const { username, expiresAt } = remote.credentials ?? {};
  return expiresAt === undefined
    ? remoteFingerprint(remote)
    : hashRemote(remote, [username, 'expires']);
}

function hashRemote(
  remote: GitRemote,
  identity: Array<string | undefined>,
): string {
  const url = accessURL(remote.url);
  const userinfo = url === remote.url ? '' : remote.url;
  const parts = [
    url.replace(/\/$/, '').replace(/\.git$/, ''),
    userinfo,
    remote.insecureSkipTLSVerify === true,
    ...identity.map(part => part ?? ''),
  ];
  return sha256Hex(JSON.stringify(parts));
}
