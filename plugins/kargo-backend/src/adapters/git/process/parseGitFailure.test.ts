import { hostOf, toGitError } from './parseGitFailure';

const URL = 'https://git.example:8443/acme/app';

describe('toGitError', () => {
  it.each([
    [
      "fatal: Authentication failed for 'https://x/'",
      'CredentialsRejectedError',
    ],
    [
      "fatal: could not read Username for 'https://x': terminal prompts disabled",
      'CredentialsRejectedError',
    ],
    [
      'error: The requested URL returned error: 403',
      'CredentialsRejectedError',
    ],
    ['git@x: Permission denied (publickey).', 'CredentialsRejectedError'],
    ['Host key verification failed.', 'CredentialsRejectedError'],
    [
      "remote: Not Found\nfatal: repository 'https://x/y/' not found",
      'InputError',
    ],
    ["fatal: '/y' does not appear to be a git repository", 'InputError'],
    ["fatal: couldn't find remote ref refs/heads/x", 'InputError'],
    ["fatal: transport 'ext' not allowed", 'InputError'],
    ['fatal: remote error: upload-pack: not our ref 0123', 'InputError'],
    [
      "fatal: unable to access 'https://x/': Could not resolve host: x",
      'UpstreamUnavailableError',
    ],
    [
      "fatal: unable to access 'https://x/': Operation too slow. Less than 1024 bytes/sec",
      'UpstreamUnavailableError',
    ],
    [
      'error: RPC failed; HTTP 502 curl 22 The requested URL returned error: 502',
      'UpstreamUnavailableError',
    ],
    [
      'error: RPC failed; HTTP 413 curl 22 The requested URL returned error: 413',
      'InputError',
    ],
    [
      'remote: You have exceeded a secondary rate limit\nerror: 403',
      'UpstreamUnavailableError',
    ],
    [
      'fatal: early EOF\nfatal: fetch-pack: invalid index-pack output',
      'UpstreamUnavailableError',
    ],
    ['fatal: invalid packet', 'UpstreamUnavailableError'],
    [
      'fatal: Could not read from remote repository.\n\nPlease make sure you have the correct access rights\nand the repository exists.',
      'UpstreamUnavailableError',
    ],
    ["fatal: server doesn't support 'fetch'", 'UpstreamUnavailableError'],
    [
      "remote: ERROR: The project you were looking for could not be found or you don't have permission to view it.\nfatal: Could not read from remote repository.",
      'InputError',
    ],
    [
      'Gitea: Repository does not exist\nfatal: Could not read from remote repository.',
      'InputError',
    ],
    [
      'Forgejo: Cannot find repository: acme/app\nfatal: Could not read from remote repository.',
      'InputError',
    ],
    [
      'remote: TF401019: The Git repository with name or identifier app does not exist or you do not have permissions for the operation you are attempting.\nfatal: Could not read from remote repository.',
      'InputError',
    ],
    [
      'git@x: Permission denied (publickey).\nfatal: Could not read from remote repository.',
      'CredentialsRejectedError',
    ],
    [
      'remote: GitLab is currently unable to handle this request due to load.\nfatal: remote error: GitLab is currently unable to handle this request due to load.',
      'UpstreamUnavailableError',
    ],
    [
      'fatal: remote error: access denied or repository not exported: /app.git',
      'CredentialsRejectedError',
    ],
    ['fatal: remote error: Repository not found.', 'InputError'],
    // Of an answer of success that is empty, or another's.
    ["fatal: expected 'packfile'", 'UpstreamUnavailableError'],
    [
      "fatal: expected 'acknowledgments', received 'packfile'",
      'UpstreamUnavailableError',
    ],
    ['fatal: expected flush after ref listing', 'UpstreamUnavailableError'],
    [
      'fatal: git fetch-pack: expected response end packet',
      'UpstreamUnavailableError',
    ],
    [
      'fatal: git fetch-pack: expected ACK/NAK, got a flush packet',
      'UpstreamUnavailableError',
    ],
    ['fatal: bad object refs/kargo/x', 'GitCommandError'],
    ["fatal: not a git repository: 'mirror.git'", 'GitCommandError'],
    ['fatal: loose object 12 (stored in x) is corrupt', 'GitCommandError'],
  ])('reads %s as %s', (stderr, name) => {
    expect(
      toGitError({ command: 'fetch', exitCode: 128, stderr, url: URL }).name,
    ).toBe(name);
  });

  it.each([
    [
      "fatal: could not read Username for 'https://git.example:8443': terminal prompts disabled",
      'wants credentials and got none; add a Secret for git with this repoURL',
    ],
    [
      "fatal: Authentication failed for 'https://git.example:8443/acme/app/'",
      'refused the credentials, or wants some',
    ],
    [
      'Host key verification failed.',
      'has another SSH host key than the one that the portal knows of this host',
    ],
    [
      'Load key "key": error in libcrypto',
      'cannot be asked with sshPrivateKey of its Secret, which is no key that SSH can read',
    ],
    [
      "fatal: unable to access 'https://git.example:8443/acme/app/': Received HTTP code 407 from proxy after CONNECT",
      'cannot be read: the proxy of the portal wants a user name and password',
    ],
    [
      "fatal: unable to access 'https://git.example:8443/acme/app/': CONNECT tunnel failed, response 407",
      'cannot be read: the proxy of the portal wants a user name and password',
    ],
    ...[
      'server certificate verification failed. CAfile: none CRLfile: none',
      'SSL certificate problem: self-signed certificate in certificate chain',
      'SSL certificate problem: self signed certificate',
      'SSL certificate problem: unable to get local issuer certificate',
      'SSL certificate problem: unable to verify the first certificate',
    ].map(said => [
      `fatal: unable to access 'https://git.example:8443/acme/app/': ${said}`,
      'presented a certificate that git does not trust; an operator adds the authority with NODE_EXTRA_CA_CERTS',
    ]),
    [
      "fatal: unable to access 'https://git.example:8443/acme/app/': SSL certificate problem: certificate has expired",
      'cannot be read',
    ],
  ])('tells what to do about %s', (stderr, told) => {
    const { message } = toGitError({ command: 'push', stderr, url: URL });
    expect(message).toContain(`${URL} ${told}`);
    expect(message).toContain(stderr);
  });

  it.each([
    ['https://new.example/acme/app', 'redirects to new.example, which wants'],
    ['https://git.example:8443/acme/app2', 'wants credentials and got none'],
    [undefined, 'wants credentials and got none'],
  ])(
    'tells of credentials that a redirect to %s has lost',
    (redirectedTo, told) => {
      const stderr =
        "fatal: could not read Username for 'https://x': terminal prompts disabled";
      const failure = { command: 'fetch', stderr, url: URL, redirectedTo };
      const error = toGitError(failure);
      expect(error.name).toBe('CredentialsRejectedError');
      expect(error.message).toContain(`${URL} ${told}`);
    },
  );

  it.each([
    'git@x: Permission denied (publickey).',
    'Connection closed by 10.1.2.3 port 22',
    'No user exists for uid 10001',
  ])('tells what SSH said before git gave up: %s', reason => {
    const stderr = `Warning: Permanently added 'x'.\n${reason}\nfatal: Could not read from remote repository.\n\nPlease make sure you have the correct access rights\nand the repository exists.\n`;
    const { message } = toGitError({ command: 'fetch', stderr, url: URL });
    expect(message).toContain(
      `: ${reason}; fatal: Could not read from remote repository.`,
    );
  });

  it('is not slowed down by what a remote says', () => {
    const stderr = `remote: ${'repository object file '.repeat(50_000)}`;
    const started = process.cpuUsage();
    toGitError({ command: 'fetch', exitCode: 128, stderr, url: URL });
    expect(process.cpuUsage(started).user / 1000).toBeLessThan(10_000);
  });

  it('blames nobody when no remote took part', () => {
    expect(
      toGitError({ command: 'log', exitCode: 128, stderr: 'fatal: early EOF' })
        .message,
    ).toBe('git log failed: fatal: early EOF');
  });

  it.each<[string, string, number | undefined, string, number | undefined]>([
    ['429', 'a time', 5, 'UpstreamUnavailableError', 5],
    ['429', 'none', undefined, 'UpstreamUnavailableError', undefined],
    ['503', 'a time', 5, 'UpstreamUnavailableError', 5],
    // GitHub's answer to who asks too often.
    ['403', 'a time', 5, 'UpstreamUnavailableError', 5],
    ['403', 'none', undefined, 'CredentialsRejectedError', undefined],
    ['404', 'a time', 5, 'InputError', undefined],
  ])(
    'of status %s with %s to come back',
    (status, _, retryAt, name, expected) => {
      const stderr = `fatal: unable to access 'https://x/': The requested URL returned error: ${status}`;
      const failure = { command: 'fetch', exitCode: 128, url: URL };
      const error = toGitError({ ...failure, stderr, retryAt });
      expect(error.name).toBe(name);
      expect((error as { retryAt?: number }).retryAt).toBe(expected);
    },
  );

  it('names the URL and keeps hints and progress out', () => {
    const stderr =
      'warning: something\nremote: Counting objects\rhint: try this\nfatal: early EOF';
    expect(
      toGitError({ command: 'fetch', exitCode: 128, stderr, url: URL }).message,
    ).toBe(`${URL} cannot be read: remote: Counting objects; fatal: early EOF`);
  });
});

it.each([
  ['https://git.example:8443/x', 'git.example:8443'],
  ['ssh://git@git.example/x', 'git.example'],
  ['git@git.example:x/y', 'git.example'],
])('finds the host of %s', (url, host) => {
  expect(hostOf(url)).toBe(host);
});
