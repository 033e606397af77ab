import {
  chmod,
  mkdtemp,
  readdir,
  readFile,
  rm,
  writeFile,
} from 'node:fs/promises';
import { createServer, Server } from 'node:http';
import { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SecretText } from 'backstage-plugin-kargo-node';
import { GitServer, startGitServer } from 'kargo-test';
import { DirectProcesses } from '../../processes/DirectProcesses';
import { ProcessHelper } from '../../processes/helper/ProcessHelper';
import { HelperProcesses } from '../../processes/HelperProcesses';
import { ProcessStarter } from '../../processes/ProcessStarter';
import { wereRefused } from '../../credentials/refusedCredentials';
import {
  accessURL,
  basicCredentials,
  createGitEnvironment,
  createGitProgram as describeGit,
} from './gitEnvironment';
import { runGit, streamGit } from './runGit';

jest.setTimeout(120_000);

const PASSWORD = 'pa55/w@rd&more';

/** First line of a script that stands in for git. */
const VERSION =
  'if [ "$1" = version ]; then echo git version 2.39.5; exit; fi\n';

async function isRunning(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return stat !== '' && !/\) Z /.test(stat);
}

async function waitUntil(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) {
    await new Promise(resolve => setTimeout(resolve, 20));
  }
}

const throughHelper = HelperProcesses.create({
  logger: { warn: jest.fn() },
  monotonic: () => performance.now(),
});
afterAll(() => throughHelper.stop());

describe.each<[string, ProcessStarter]>([
  ['started from the portal itself', new DirectProcesses()],
  ['started through the helper', throughHelper],
])('git %s', (_how, processes) => {
  const createGitProgram: typeof describeGit = options =>
    describeGit({ processes, ...options });
  let root: string;
  let server: GitServer;

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'run-git-'));
    server = await startGitServer({
      root: join(root, 'repos'),
      auth: { username: 'robot', password: PASSWORD },
      processes: throughHelper,
    });
    await server.createRepo('app', { 'a.txt': 'one' });
  });

  afterAll(async () => {
    await server.close();
    await rm(root, { recursive: true, force: true });
  });

  const good = { username: 'robot', password: SecretText.of(PASSWORD) };
  const program = () => createGitProgram({ tempDir: root });
  const listRemote = (
    url: string,
    credentials?: { username?: string; password?: SecretText },
    more: { signal?: AbortSignal; timeoutMs?: number } = {},
  ) =>
    runGit(program(), {
      args: ['ls-remote', '--', accessURL(url)],
      home: root,
      remote: { url, credentials },
      ...more,
    });

  it('presents credentials when the server asks', async () => {
    const { stdout } = await listRemote(server.repoURL('app'), good);
    expect(stdout).toContain('refs/heads/main');
  });

  it('takes credentials out of a URL that contains them', async () => {
    const url = server
      .repoURL('app')
      .replace('://', `://robot:${encodeURIComponent(PASSWORD)}@`);
    expect(accessURL(url)).toBe(server.repoURL('app'));
    const { stdout } = await listRemote(url);
    expect(stdout).toContain('refs/heads/main');
  });

  it.each([
    ['https://bitbucket.org/o/r', 'x-bitbucket-api-token-auth'],
    ['https://git.example/o/r', 'me@acme.example'],
  ])('names the owner of a token to %s as %s', (at, username) => {
    const password = SecretText.of('t0ken');
    const credentials = { username: 'me@acme.example', password };
    expect(basicCredentials({ url: at, credentials })).toMatchObject({
      username,
    });
  });

  it('goes by the authorities of the portal', async () => {
    const told = { ...program(), authorities: '/portal/authorities.pem' };
    const { env } = await createGitEnvironment(told, { home: root });
    expect(env.GIT_SSL_CAINFO).toBe('/portal/authorities.pem');
  });

  it('takes a percent sign in them for itself where it begins no escape', async () => {
    const url = server.repoURL('app').replace('://', '://robot:50%off%20%2F@');
    expect(basicCredentials({ url })).toMatchObject({ password: '50%off /' });
    await expect(listRemote(url)).rejects.toMatchObject({
      name: 'CredentialsRejectedError',
    });
  });

  it.each([
    [
      'a wrong password',
      { username: 'robot', password: SecretText.of('nope') },
    ],
    ['no credentials', undefined],
  ])('reports %s as rejected credentials', async (_name, credentials) => {
    await expect(
      listRemote(server.repoURL('app'), credentials),
    ).rejects.toMatchObject({ name: 'CredentialsRejectedError' });
    expect(credentials && wereRefused(credentials)).toBe(credentials && true);
  });

  it('names the URL of a repository that is not there', async () => {
    await expect(
      listRemote(server.repoURL('nothing'), good),
    ).rejects.toMatchObject({
      name: 'InputError',
      message: expect.stringContaining(server.repoURL('nothing')),
    });
  });

  it.each(['\n', '\r\n', '\0'])(
    'says what is wrong with a URL that ends in %j',
    async end => {
      await expect(
        listRemote(`${server.repoURL('app')}${end}`, good),
      ).rejects.toMatchObject({
        name: 'InputError',
        message: expect.stringContaining('contains a line end'),
      });
    },
  );

  it.each(['file:///etc', 'ext::sh -c id', 'git://127.0.0.1/x'])(
    'refuses the transport of %s',
    async url => {
      await expect(listRemote(url)).rejects.toMatchObject({
        name: 'InputError',
      });
    },
  );

  it('does not hand the password to a host that it is redirected to', async () => {
    const other = await startGitServer({
      root: join(root, 'other'),
      auth: { username: 'robot', password: PASSWORD },
      processes: throughHelper,
    });
    try {
      server.faults.add({
        kind: 'redirect',
        location: `${other.repoURL('app')}/info/refs?service=git-upload-pack`,
      });
      await expect(
        listRemote(server.repoURL('app'), good),
      ).rejects.toMatchObject({ name: 'CredentialsRejectedError' });
      expect(other.stats().requests).toBeGreaterThan(0);
      for (const { headers } of other.stats().log) {
        expect(headers.authorization).toBeUndefined();
      }
    } finally {
      await other.close();
    }
  });

  it.each([
    ['a dropped connection', { kind: 'reset' }],
    ['an error of the server', { kind: 'status', status: 503 }],
    ['throttling', { kind: 'status', status: 429 }],
    ['a truncated answer', { kind: 'truncate', afterBytes: 20 }],
  ] as const)('reports %s as an unavailable upstream', async (_name, fault) => {
    const undo = server.faults.always(fault);
    try {
      await expect(
        listRemote(server.repoURL('app'), good),
      ).rejects.toMatchObject({
        name: 'UpstreamUnavailableError',
        host: server.host,
      });
    } finally {
      undo();
    }
  });

  it('breaks off when the time is over', async () => {
    const undo = server.faults.always({ kind: 'hang' });
    try {
      await expect(
        listRemote(server.repoURL('app'), good, { timeoutMs: 100 }),
      ).rejects.toMatchObject({ name: 'UpstreamUnavailableError' });
    } finally {
      undo();
    }
  });

  it('rejects with the reason of the signal when cancelled', async () => {
    const undo = server.faults.always({ kind: 'hang' });
    server.resetStats();
    const controller = new AbortController();
    const reason = new Error('shutting down');
    try {
      const listing = listRemote(server.repoURL('app'), good, {
        signal: controller.signal,
      });
      await server.waitForRequests('advertise');
      controller.abort(reason);
      await expect(listing).rejects.toBe(reason);
    } finally {
      undo();
    }
  });

  it('ends a program that ignores the request to stop, with its children', async () => {
    const stubborn = join(root, 'stubborn.sh');
    await writeFile(
      stubborn,
      `#!/bin/sh\n${VERSION}trap '' TERM\nsleep 600 &\necho ready\nwait\nwait\nsleep 600\n`,
    );
    await chmod(stubborn, 0o700);
    const controller = new AbortController();
    const output = streamGit(
      createGitProgram({ path: stubborn, killAfterMs: 50 }),
      { args: ['x'], home: root, signal: controller.signal },
    );
    expect(String((await output.next()).value)).toBe('ready\n');
    controller.abort(new Error('enough'));
    // Both processes hold the pipe open: the end comes only when both are gone.
    await expect(output.next()).rejects.toThrow('enough');
  });

  describe('with a server of the old plain-file protocol', () => {
    let plain: Server;
    let url: string;
    let type: string;
    const asked: string[] = [];

    beforeEach(() => {
      type = 'text/plain';
    });

    beforeAll(async () => {
      const refs = `${'1'.repeat(40)}\trefs/heads/main\n`;
      plain = createServer((request, response) => {
        asked.push(request.url ?? '');
        const isRefs = request.url?.startsWith('/app.git/info/refs');
        response.writeHead(isRefs ? 200 : 404, {
          'content-type': type,
        });
        response.end(isRefs ? refs : 'no such file');
      });
      await new Promise<void>(resolve => {
        plain.listen(0, '127.0.0.1', resolve);
      });
      url = `http://127.0.0.1:${(plain.address() as AddressInfo).port}/app.git`;
    });
    afterAll(() => plain.close());

    it.each<[string, string[]]>([
      ['listing', ['ls-remote', '--']],
      ['cloning', ['clone', '--quiet', '--bare', '--']],
    ])('does not go on %s', async (_, args) => {
      const target = join(root, 'plain-clone');
      const given = args[0] === 'clone' ? [url, target] : [url];
      await expect(
        runGit(program(), {
          args: [...args, ...given],
          home: root,
          remote: { url },
        }),
      ).rejects.toMatchObject({
        name: 'UpstreamUnavailableError',
        message: expect.stringContaining(
          'is not a git repository, or one of the old plain-file ("dumb") protocol, which is not supported: it answered with text/plain',
        ),
      });
    });

    it('asks for credentials where it is shown a page', async () => {
      type = 'text/html; charset=utf-8';
      await expect(
        runGit(program(), {
          args: ['ls-remote', '--', url],
          home: root,
          remote: { url },
        }),
      ).rejects.toThrow(
        'it answered with text/html; check the URL, and whether it wants to sign in',
      );
    });
  });

  it('ends a call that starts more processes than it may', async () => {
    const busy = join(root, 'busy.sh');
    await writeFile(
      busy,
      `#!/bin/sh\n${VERSION}for i in 1 2 3 4 5 6; do sleep 600 & done\nwait\n`,
    );
    await chmod(busy, 0o700);
    const limits = { timeMs: 600_000, memoryBytes: 2 ** 40, processes: 4 };
    await expect(
      runGit(createGitProgram({ path: busy, limits }), {
        args: ['x'],
        home: root,
      }),
    ).rejects.toThrow(/^git x used [5-7] processes at once, 4 are allowed/);
  });

  it('ends a call that takes more memory than it may', async () => {
    const hungry = join(root, 'hungry.sh');
    await writeFile(
      hungry,
      `#!/bin/sh\n${VERSION}x=$(head -c 100000000 /dev/zero | tr '\\0' a)\nsleep 600\necho "$x"\n`,
    );
    await chmod(hungry, 0o700);
    const limits = {
      timeMs: 600_000,
      memoryBytes: 64 * 1024 ** 2,
      processes: 64,
    };
    await expect(
      runGit(createGitProgram({ path: hungry, limits }), {
        args: ['x'],
        home: root,
      }),
    ).rejects.toThrow(/^git x used \d+ MiB of memory, 64 MiB are allowed/);
  });

  it('leaves nothing running that git has started', async () => {
    const leaving = join(root, 'leaving.sh');
    await writeFile(
      leaving,
      `#!/bin/sh\n${VERSION}sleep 600 >/dev/null 2>&1 </dev/null &\necho $!\n`,
    );
    await chmod(leaving, 0o700);
    const { stdout } = await runGit(createGitProgram({ path: leaving }), {
      args: ['x'],
      home: root,
    });
    const pid = Number(stdout);
    expect(pid).toBeGreaterThan(0);
    await waitUntil(async () => !(await isRunning(pid)));
  });

  it('wants a git that is new enough', async () => {
    const old = join(root, 'old.sh');
    await writeFile(old, '#!/bin/sh\necho git version 2.30.2\n');
    await chmod(old, 0o700);
    await expect(
      runGit(createGitProgram({ path: old }), { args: ['gc'], home: root }),
    ).rejects.toMatchObject({
      name: 'InputError',
      message: expect.stringContaining('git 2.30.2 is too old'),
    });
  });

  it('shows git nothing of the environment but what it needs', async () => {
    const showing = join(root, 'showing.sh');
    await writeFile(showing, `#!/bin/sh\n${VERSION}env\n`);
    await chmod(showing, 0o700);
    const { stdout } = await runGit(
      createGitProgram({
        path: showing,
        environment: {
          PATH: process.env.PATH,
          BACKEND_SECRET: 'hidden',
          GIT_SSH_COMMAND: 'hidden',
          GIT_CONFIG_PARAMETERS: 'hidden',
          GIT_EXTERNAL_DIFF: 'hidden',
          SSH_AUTH_SOCK: 'hidden',
        },
      }),
      { args: ['x'], home: root },
    );
    expect(stdout).not.toContain('hidden');
    expect(stdout).toContain(`GIT_CEILING_DIRECTORIES=${tmpdir()}\n`);
    expect(stdout).toContain('GIT_CONFIG_GLOBAL=/dev/null\n');
  });

  it('keeps secrets and paths out of arguments, files and messages', async () => {
    const log = join(root, 'spawned.log');
    const wrapper = join(root, 'logging-git.sh');
    await writeFile(
      wrapper,
      `#!/bin/sh\nprintf '%s\\n' "$0" "$@" >> '${log}'\nps -eo args >> '${log}'\nexec git "$@"\n`,
    );
    await chmod(wrapper, 0o700);
    const home = join(root, 'secret-home');
    const message = await runGit(createGitProgram({ path: wrapper }), {
      args: ['fetch', '--', accessURL(server.repoURL('app')), 'main'],
      home: root,
      cwd: root,
      remote: { url: server.repoURL('app'), credentials: good },
      env: { GIT_DIR: home },
    }).catch(error => String(error));
    expect(message).toContain('GitCommandError');
    expect(message).not.toContain(root);
    const rejected = await runGit(createGitProgram({ path: wrapper }), {
      args: ['ls-remote', '--', accessURL(server.repoURL('app'))],
      home: root,
      remote: {
        url: server.repoURL('app'),
        credentials: { username: 'x', password: SecretText.of(`${PASSWORD}2`) },
      },
    }).catch(error => String(error));
    expect(rejected).not.toContain(PASSWORD);
    const spawned = await readFile(log, 'utf8');
    expect(spawned).toContain('ls-remote');
    expect(spawned).not.toContain(PASSWORD);
    expect(spawned).not.toContain(encodeURIComponent(PASSWORD));
  });

  it.each([
    [
      "fatal: 'main' is already checked out at '/srv/work/p1/files/src'",
      "fatal: 'main' is already checked out at 'src'",
    ],
    [
      "fatal: Unable to create '/srv/work/p1/git/index.lock': File exists.",
      "fatal: Unable to create 'index.lock': File exists.",
    ],
    ["error: it's broken in src/a'/b", "error: it's broken in src/a'/b"],
  ])(
    'shows of a path that it was not given the name alone: %s',
    async (words, shown) => {
      const git = join(root, 'telling-git.sh');
      const file = join(root, 'words');
      await writeFile(file, words);
      await writeFile(
        git,
        `#!/bin/sh\ntest "$1" = version && exec git version\ncat '${file}' >&2\nexit 1\n`,
      );
      await chmod(git, 0o700);
      await expect(
        runGit(createGitProgram({ path: git }), { args: ['gc'], home: root }),
      ).rejects.toThrow(`git gc failed: ${shown}`);
    },
  );

  it('gives an SSH key as a private file and removes it afterwards', async () => {
    const seen = join(root, 'ssh-seen');
    const bin = await mkdtemp(join(root, 'bin-'));
    await writeFile(
      join(bin, 'ssh'),
      `#!/bin/sh\nfor a; do case "$last" in -i) stat -c '%a' "$a" > '${seen}'; cat "$a" >> '${seen}';; esac; last=$a; done\necho 'git@example.invalid: Permission denied (publickey).' >&2\nexit 255\n`,
    );
    await chmod(join(bin, 'ssh'), 0o700);
    const tempDir = await mkdtemp(join(root, 'keys-'));
    const url = 'git@example.invalid:acme/app.git';
    const key =
      '-----BEGIN KEY-----\nabcdefghijklmnopqrstuvwxyz\n-----END KEY-----';
    await expect(
      runGit(
        createGitProgram({
          tempDir,
          environment: { PATH: `${bin}:${process.env.PATH}` },
        }),
        {
          args: ['ls-remote', '--', accessURL(url)],
          home: root,
          remote: { url, credentials: { sshPrivateKey: SecretText.of(key) } },
        },
      ),
    ).rejects.toMatchObject({ name: 'CredentialsRejectedError' });
    expect(await readFile(seen, 'utf8')).toBe(`600\n${key}\n`);
    expect(await readdir(tempDir)).toEqual([]);
  });

  it('ignores the settings of the machine and its user', async () => {
    const { stdout } = await runGit(
      createGitProgram({
        environment: {
          PATH: process.env.PATH,
          GIT_AUTHOR_NAME: 'Somebody',
          GIT_DIR: '/nowhere',
        },
      }),
      { args: ['config', '--list', '--show-scope'], home: root },
    );
    expect(stdout).not.toMatch(/^(system|global|local)/m);
    expect(stdout).toContain('command\tcore.hookspath=/dev/null');
  });

  it('limits what it reads', async () => {
    await expect(
      runGit(program(), {
        args: ['help', '-a'],
        home: root,
        maxOutputBytes: 10,
      }),
    ).rejects.toThrow('printed more than 10 bytes');
  });

  it('says so when there is no git', async () => {
    await expect(
      runGit(createGitProgram({ path: join(root, 'no-git') }), {
        args: ['version'],
        home: root,
      }),
    ).rejects.toThrow('could not be started');
  });
});

describe('git whose helper dies', () => {
  let root: string;
  let server: GitServer;
  let helper: ProcessHelper | undefined;
  const processes = HelperProcesses.create({
    logger: { warn: jest.fn() },
    monotonic: () => performance.now(),
    startHelper: async () => {
      helper = await ProcessHelper.start();
      return helper;
    },
  });

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'run-git-'));
    server = await startGitServer({ root: join(root, 'repos') });
    await server.createRepo('app', { 'a.txt': 'one' });
  });
  afterAll(async () => {
    await processes.stop();
    await server.close();
    await rm(root, { recursive: true, force: true });
  });

  it('failed in a way that passes, and works the next time', async () => {
    const url = server.repoURL('app');
    const list = () =>
      runGit(describeGit({ processes, tempDir: root }), {
        args: ['ls-remote', '--', url],
        home: root,
        remote: { url },
      });
    const undo = server.faults.always({ kind: 'hang' });
    const listing = list();
    // Whoever waits hears of it later.
    listing.catch(() => {});
    await server.waitForRequests('advertise');
    process.kill(helper!.pid!, 'SIGKILL');
    await expect(listing).rejects.toMatchObject({
      name: 'UpstreamUnavailableError',
      host: server.host,
      message: expect.stringMatching(
        /^git ls-remote was broken off: the helper process .* ended unexpectedly/,
      ),
    });
    undo();
    expect((await list()).stdout).toContain('refs/heads/main');
  });
});
