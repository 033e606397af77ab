import { InputError } from '@backstage/errors';
import {
  CredentialsRejectedError,
  UpstreamUnavailableError,
} from 'backstage-plugin-kargo-node';

/** What git said when it failed, safe to show. */
export interface GitFailure {
  /** The subcommand: `fetch`. */
  readonly command: string;
  /** Absent when a signal ended it. */
  readonly exitCode?: number;
  /** Redacted. */
  readonly stderr: string;
  /** URL without credentials, when the call was about a remote. */
  readonly url?: string;
  /** Where it redirected to, when git was sent there. */
  readonly redirectedTo?: string;
  /** Earliest time to ask again that the host named, epoch milliseconds. */
  readonly retryAt?: number;
}

/** Git failed for a reason that concerns neither credentials nor the remote's reachability. */
class GitCommandError extends Error {
  readonly name = 'GitCommandError';

  constructor(readonly failure: GitFailure) {
    super(`git ${failure.command} failed: ${lastWords(failure.stderr)}`);
  }
}

/** Whether an error is a {@link GitCommandError}. */
export function isGitCommandError(error: unknown): error is GitCommandError {
  return error instanceof Error && error.name === 'GitCommandError';
}

/** The local copy is to blame, although a remote was talked to. */
const BROKEN_COPY = [
  /^(fatal|error): (bad object|not a git repository|unable to read [0-9a-f]{40})/,
  /(loose object|object file) .* is (corrupt|empty)/,
  /packfile .*(far too short|mismatch|cannot be accessed|does not match index)/,
  /did not send all necessary objects/,
];

/** What git says of a checkout whose contents are not there or not whole. */
const BROKEN_CONTENT =
  /unable to read|bad object|corrupt|inflate|packfile|missing (blob|tree|commit)/i;

/** Whether git found the objects of a repository broken. */
export function isBrokenCopyError(error: unknown): boolean {
  return isGitCommandError(error) && BROKEN_CONTENT.test(error.failure.stderr);
}

const MAX_LINES = 200;
const MAX_LINE = 500;

/** From a host that names a time to ask again; it would not of credentials. */
const REFUSED_FOR_NOW = [/requested URL returned error: 403/];

const TOO_LARGE = [/error: 413|HTTP 413|Request Entity Too Large/i];

const THROTTLED = [/rate limit/i, /too many requests/i, /error: 429/];

/** What git says where it was given nothing: what it is given, it asks nobody for. */
const UNANSWERED = [/could not read (Username|Password)/i];

/** By SSH, of a host that shows another key than the first time. */
const OTHER_HOST_KEY = [/Host key verification failed/i];

/** By SSH, of the key that it was given; it then goes on without. */
const UNREADABLE_KEY = [/^Load key /];

/** By a proxy of the portal. */
const PROXY_WANTS_PASSWORD = [
  /\b407\b.* from proxy|tunnel failed, response 407|returned error: 407/i,
];

const REJECTED = [
  /Authentication failed/i,
  /HTTP Basic: Access denied/i,
  /requested URL returned error: 40[13]/,
  /Permission denied \(/,
  /Permission to .* denied/i,
  /Invalid username or (password|token)/i,
  /^fatal: remote error: .*(access denied|not authorized|unauthorized)/i,
];

const NOT_FOUND = [
  // By SSH, GitHub, GitLab, Bitbucket, Gitea, Forgejo and Azure DevOps each in their words.
  /(repository|project) .*(not found|(not be|cannot be) found|does not exist)/i,
  /cannot find repository/i,
  /does not appear to be a git repository/,
  /requested URL returned error: 404/,
  /fatal: '.*' does not exist/,
  /couldn't find remote ref/i,
  /Remote branch .* not found/i,
  /transport '.*' not allowed/,
  /not our ref|unadvertised object/,
];

/** By git with OpenSSL, and with GnuTLS, which says no more. */
const UNTRUSTED = [
  /SSL certificate problem: .*(self[- ]signed|issuer|verify)/i,
  /server certificate verification failed/i,
];

const UNAVAILABLE = [
  /Could not resolve (host|proxy)/i,
  /Failed to connect|Couldn't connect|Connection (refused|reset|timed out|closed)/i,
  /Operation too slow|timed? ?out/i,
  /requested URL returned error: \d+/,
  /early EOF|unexpected disconnect|RPC failed|remote end hung up/i,
  /Empty reply|transfer closed|Recv failure|Send failure/i,
  /bad (line length|band)|protocol error|^fatal: (git fetch-pack: )?expected /i,
  /invalid (server response|packet)|unexpected end of file|unable to access/i,
  /Could not read from remote repository|server doesn't support '/,
  /SSL|gnutls|TLS|certificate/i,
  /index-pack (failed|abnormal exit)|invalid index-pack output/i,
  /Network is unreachable|No route to host|Name or service not known/i,
  /remote: (Internal|.*temporarily|.*unavailable)/i,
  // In an answer of success: of GitLab when it is overloaded, for example.
  /^fatal: remote error: /,
];

/** Turns a failed call into the error that says what to do about it. */
export function toGitError(failure: GitFailure): Error {
  const { url, stderr, retryAt } = failure;
  const lines = linesOf(stderr);
  const says = (patterns: RegExp[]) =>
    lines.some(line => patterns.some(pattern => pattern.test(line)));
  if (url === undefined || says(BROKEN_COPY)) {
    return new GitCommandError(failure);
  }
  const detail = lastWords(stderr);
  const isToComeBack = retryAt !== undefined && says(REFUSED_FOR_NOW);
  if (says(THROTTLED) || isToComeBack) {
    return new UpstreamUnavailableError(
      hostOf(url),
      `${url} throttles requests: ${detail}`,
      { retryAt },
    );
  }
  if (says(TOO_LARGE)) {
    return new InputError(
      `${url} refuses what was sent as too large; raise the limit of the server or of the proxy before it: ${detail}`,
    );
  }
  const target = hostOf(failure.redirectedTo ?? url);
  if (says(UNANSWERED) && target !== hostOf(url)) {
    return new CredentialsRejectedError(
      `${url} redirects to ${target}, which wants credentials and does not get those of another host; write the new URL as repoURL, and add a Secret for git with it: ${detail}`,
    );
  }
  if (says(UNANSWERED)) {
    return new CredentialsRejectedError(
      `${url} wants credentials and got none; add a Secret for git with this repoURL, or check the URL: ${detail}`,
    );
  }
  if (says(OTHER_HOST_KEY)) {
    return new CredentialsRejectedError(
      `${url} has another SSH host key than the one that the portal knows of this host; if the host was given a new one, an operator takes the old one out of the file known_hosts below kargo.workingDirectory: ${detail}`,
    );
  }
  if (says(UNREADABLE_KEY)) {
    return new CredentialsRejectedError(
      `${url} cannot be asked with sshPrivateKey of its Secret, which is no key that SSH can read: ${detail}`,
    );
  }
  if (says(PROXY_WANTS_PASSWORD)) {
    return new UpstreamUnavailableError(
      hostOf(url),
      `${url} cannot be read: the proxy of the portal wants a user name and password, or other ones; an operator writes them into HTTP_PROXY and HTTPS_PROXY: ${detail}`,
    );
  }
  if (says(REJECTED)) {
    return new CredentialsRejectedError(
      `${url} refused the credentials, or wants some: ${detail}`,
    );
  }
  if (says(NOT_FOUND)) {
    return new InputError(`not found at ${url}: ${detail}`);
  }
  if (says(UNTRUSTED)) {
    return new UpstreamUnavailableError(
      hostOf(url),
      `${url} presented a certificate that git does not trust; an operator adds the authority with NODE_EXTRA_CA_CERTS, unless it has expired: ${detail}`,
      { retryAt },
    );
  }
  if (says(UNAVAILABLE)) {
    return new UpstreamUnavailableError(
      hostOf(url),
      `${url} cannot be read: ${detail}`,
      { retryAt },
    );
  }
  return new GitCommandError(failure);
}

/** Host and port of a git URL of any form. */
export function hostOf(url: string): string {
  const [, authority] = /^\w+:\/\/([^/?#]*)/.exec(url) ?? [];
  const host = authority ?? url.split(':')[0];
  return host.replace(/^.*@/, '');
}

/**
 * The last lines of what git and the remote said, none of them long: the patterns that
 * meet them may take the square of a line's length.
 */
export function linesOf(stderr: string): string[] {
  return stderr
    .split(/[\r\n]+/)
    .slice(-MAX_LINES)
    .map(line => line.slice(0, MAX_LINE).trim())
    .filter(line => line !== '');
}

/** All that git itself says when SSH has failed, and said why in the line before. */
const SSH_FAILED = /^fatal: Could not read from remote repository/;

/** The lines that say why, without progress and hints. */
function lastWords(stderr: string): string {
  const lines = linesOf(stderr).filter(line => !/^(hint|warning):/.test(line));
  const telling = lines.filter(
    (line, at) =>
      /^(fatal|error|remote|ssh):/.test(line) ||
      SSH_FAILED.test(lines[at + 1] ?? ''),
  );
  const chosen = telling.length > 0 ? telling : lines;
  return chosen.slice(-4).join('; ').slice(0, 1000) || 'no message';
}
