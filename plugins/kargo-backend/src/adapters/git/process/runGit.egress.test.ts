import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SecretText } from 'backstage-plugin-kargo-node';
import { createCertificate, GitServer, startGitServer } from 'kargo-test';
import { createHelperProcesses } from '../../../testing/helperProcesses';
import { compileEgressPolicy, EgressPolicy } from '../../http/EgressPolicy';
import { accessURL, createGitProgram } from './gitEnvironment';
import { runGit } from './runGit';

jest.setTimeout(120_000);

const PASSWORD = 'pa55';
const ADVERTISE = '/info/refs?service=git-upload-pack';
const LOOPBACK = { allowLoopback: true };

const processes = createHelperProcesses();
afterAll(() => processes.stop());

describe('runGit with an egress policy', () => {
  let root: string;
  let server: GitServer;
  let other: GitServer;

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'run-git-egress-'));
    const auth = { username: 'robot', password: PASSWORD };
    server = await startGitServer({
      root: join(root, 'repos'),
      auth,
      processes,
    });
    other = await startGitServer({ root: join(root, 'other'), processes });
    await server.createRepo('app', { 'a.txt': 'one' });
    await server.createRepo('renamed', { 'a.txt': 'two' });
    await other.createRepo('app', { 'a.txt': 'three' });
  });

  beforeEach(() => {
    server.resetStats();
    other.resetStats();
  });

  afterAll(async () => {
    await server.close();
    await other.close();
    await rm(root, { recursive: true, force: true });
  });

  const credentials = { username: 'robot', password: SecretText.of(PASSWORD) };

  const call = (
    args: readonly string[],
    url: string,
    options: {
      policy?: EgressPolicy;
      program?: Parameters<typeof createGitProgram>[0];
    } = {},
  ) =>
    runGit(
      createGitProgram({
        tempDir: root,
        processes,
        egress: compileEgressPolicy(options.policy ?? LOOPBACK),
        environment: { PATH: process.env.PATH },
        ...options.program,
      }),
      { args, home: root, remote: { url, credentials } },
    );
  const listRemote = (url: string, options?: Parameters<typeof call>[2]) =>
    call(['ls-remote', '--', accessURL(url)], url, options);

  const portOf = (of: GitServer) => of.host.split(':')[1];

  it.each([
    ['ls-remote', (url: string) => ['ls-remote', '--', url]],
    [
      'clone',
      (url: string) => ['clone', '--bare', '--', url, join(root, 'refused')],
    ],
  ])('keeps %s from the portal itself', async (_name, args) => {
    const url = server.repoURL('app');
    await expect(call(args(url), url, { policy: {} })).rejects.toMatchObject({
      name: 'InputError',
      message:
        '127.0.0.1 is a loopback address, which the portal does not connect to; an operator can allow it in kargo.egress',
    });
    expect(server.stats().requests).toBe(0);
  });

  it('lists and clones when allowed', async () => {
    const url = server.repoURL('app');
    const { stdout } = await listRemote(url);
    expect(stdout).toContain('refs/heads/main');
    const copy = join(root, 'allowed');
    await call(['clone', '--bare', '--quiet', '--', url, copy], url);
    expect(await readFile(join(copy, 'HEAD'), 'utf8')).toContain('main');
  });

  it('connects to the address that was judged', async () => {
    // Nothing else knows this name, so that only the pin leads to the server.
    const url = `http://pinned.invalid:${portOf(server)}/app.git`;
    const resolve = async () => ['127.0.0.1'];
    const { stdout } = await listRemote(url, { program: { resolve } });
    expect(stdout).toContain('refs/heads/main');
  });

  it('refuses a name that resolves to the portal itself', async () => {
    const url = `http://localhost:${portOf(server)}/app.git`;
    await expect(listRemote(url, { policy: {} })).rejects.toThrow(
      /localhost is at \S+, a loopback address/,
    );
    expect(server.stats().requests).toBe(0);
  });

  it('goes around a proxy for hosts excepted from it', async () => {
    const url = `http://pinned.corp:${portOf(server)}/app.git`;
    const environment = {
      PATH: process.env.PATH,
      http_proxy: 'http://127.0.0.1:9',
      no_proxy: 'corp',
    };
    const resolve = async () => ['127.0.0.1'];
    const program = { environment, resolve };
    const { stdout } = await listRemote(url, { program });
    expect(stdout).toContain('refs/heads/main');
  });

  it.each([
    ['the variable of its protocol', 'http_proxy'],
    ['the variable in upper case', 'HTTP_PROXY'],
    ['the variable for everything', 'ALL_PROXY'],
  ])('goes by the proxy that %s names', async (_name, variable) => {
    const asked: string[] = [];
    const proxy = createServer(({ method, url, headers }, response) => {
      asked.push(`${method} ${url} ${headers['proxy-authorization'] ?? ''}`);
      response.writeHead(407, { 'proxy-authenticate': 'Basic realm="a"' });
      response.end();
    });
    proxy.listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    try {
      const { port } = proxy.address() as AddressInfo;
      const environment = {
        PATH: process.env.PATH,
        [variable]: `ann:s3cret@127.0.0.1:${port}`,
      };
      const failure = listRemote('http://far.invalid/app.git', {
        program: { environment },
      });
      const error = await failure.catch(e => e);
      expect(error).toMatchObject({
        name: 'UpstreamUnavailableError',
        message: expect.stringContaining(
          'the proxy of the portal wants a user name and password, or other ones',
        ),
      });
      expect(error.message).not.toContain('s3cret');
      const token = Buffer.from('ann:s3cret').toString('base64');
      expect(asked.at(-1)).toBe(
        `GET http://far.invalid/app.git${ADVERTISE} Basic ${token}`,
      );
    } finally {
      proxy.close();
      proxy.closeAllConnections();
    }
  });

  it('trusts a proxy that speaks TLS by the authorities of the portal', async () => {
    const { private: key, cert } = await createCertificate(['localhost']);
    const authorities = join(root, 'authorities.pem');
    await writeFile(authorities, cert);
    const asked: Array<string | undefined> = [];
    const proxy = createHttpsServer({ key, cert }, ({ url }, response) => {
      asked.push(url);
      response.writeHead(404);
      response.end();
    });
    proxy.listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    try {
      const { port } = proxy.address() as AddressInfo;
      const environment = {
        PATH: process.env.PATH,
        http_proxy: `https://localhost:${port}`,
      };
      const failure = listRemote('http://far.invalid/app.git', {
        program: { environment, authorities },
      });
      await expect(failure).rejects.toThrow('not found at');
      expect(asked).toEqual([`http://far.invalid/app.git${ADVERTISE}`]);
    } finally {
      proxy.close();
      proxy.closeAllConnections();
    }
  });

  it('shows nothing of a proxy that it cannot use', async () => {
    const environment = {
      PATH: process.env.PATH,
      http_proxy: 'http://ann:s3cret@proxy.invalid:3128',
    };
    const error = await listRemote('http://far.invalid/app.git', {
      program: { environment },
    }).catch(e => e);
    expect(error.message).toContain('Could not resolve proxy: proxy.invalid');
    expect(error.message).not.toContain('s3cret');
  });

  describe('redirects', () => {
    const redirect = (location: string) =>
      server.faults.always(
        { kind: 'redirect', location },
        { path: '/app.git/' },
      );

    it('are followed on the same host, with the credentials', async () => {
      const undo = redirect(`/renamed.git${ADVERTISE}`);
      try {
        const { stdout } = await listRemote(server.repoURL('app'));
        expect(stdout).toContain(
          await server.resolve('renamed', 'refs/heads/main'),
        );
      } finally {
        undo();
      }
    });

    it('are followed to an allowed host, without the credentials', async () => {
      const undo = redirect(`${other.repoURL('app')}${ADVERTISE}`);
      try {
        const { stdout } = await listRemote(server.repoURL('app'));
        expect(stdout).toContain(await other.resolve('app', 'refs/heads/main'));
        for (const { headers } of other.stats().log) {
          expect(headers.authorization).toBeUndefined();
        }
      } finally {
        undo();
      }
    });

    it('to a host that wants other credentials are explained', async () => {
      const undo = redirect(`${other.repoURL('app')}${ADVERTISE}`);
      const wants = other.faults.always({
        kind: 'status',
        status: 401,
        headers: { 'www-authenticate': 'Basic realm="git"' },
      });
      try {
        await expect(listRemote(server.repoURL('app'))).rejects.toMatchObject({
          name: 'CredentialsRejectedError',
          message: expect.stringContaining(
            `redirects to ${other.host}, which wants credentials`,
          ),
        });
      } finally {
        undo();
        wants();
      }
    });

    it('to a refused address are not followed', async () => {
      const undo = redirect(`http://10.0.0.1/app.git${ADVERTISE}`);
      try {
        await expect(listRemote(server.repoURL('app'))).rejects.toMatchObject({
          name: 'UpstreamUnavailableError',
          host: server.host,
          message: `${server.host} redirects to an address that is not allowed: 10.0.0.1 is a private address; an operator can allow it in kargo.egress`,
        });
      } finally {
        undo();
      }
    });

    it('to a name at a refused address are not followed', async () => {
      const undo = redirect(
        `http://inside.corp:${portOf(other)}/app.git${ADVERTISE}`,
      );
      const url = `http://outside.corp:${portOf(server)}/app.git`;
      const resolve = async (host: string) =>
        host === 'outside.corp' ? ['127.0.0.1'] : ['10.0.0.1'];
      try {
        await expect(listRemote(url, { program: { resolve } })).rejects.toThrow(
          'inside.corp is at 10.0.0.1, a private address',
        );
        expect(other.stats().requests).toBe(0);
      } finally {
        undo();
      }
    });

    it('in circles end', async () => {
      const undo = redirect(`/app.git${ADVERTISE}`);
      try {
        await expect(listRemote(server.repoURL('app'))).rejects.toThrow(
          `${server.host} redirects too often`,
        );
      } finally {
        undo();
      }
    });

    it('to a page for people are explained', async () => {
      const undo = redirect('/login');
      try {
        await expect(listRemote(server.repoURL('app'))).rejects.toThrow(
          'that is not a git repository; check the URL',
        );
      } finally {
        undo();
      }
    });
  });

  it('pins SSH hosts, with host keys under their names', async () => {
    const seen = join(root, 'ssh-seen');
    const bin = await mkdtemp(join(root, 'bin-'));
    await writeFile(
      join(bin, 'ssh'),
      `#!/bin/sh\nprintf '%s\\n' "$@" > '${seen}'\nexit 255\n`,
    );
    await chmod(join(bin, 'ssh'), 0o700);
    const url = 'ssh://git@git.example.com:2222/acme/app.git';
    const environment = { PATH: `${bin}:${process.env.PATH}` };
    const resolve = async () => ['1.1.1.1'];
    const program = { environment, resolve };
    await expect(listRemote(url, { program })).rejects.toThrow();
    const args = (await readFile(seen, 'utf8')).split('\n');
    expect(args).toContain('HostName=1.1.1.1');
    expect(args).toContain('HostKeyAlias=[git.example.com]:2222');
    // Without a key of the project none of the portal's user.
    expect(args).toContain('IdentityFile=none');
    expect(args).toContain(`UserKnownHostsFile="${root}/known_hosts"`);
  });

  it('starts no SSH for a refused host', async () => {
    await expect(listRemote('git@10.0.0.1:acme/app.git')).rejects.toThrow(
      '10.0.0.1 is a private address',
    );
  });
});
