import { compileEgressPolicy, EgressPolicy } from '../../http/EgressPolicy';
import { compileProxies, Proxies } from '../../http/proxies';
import { judgeDestination } from './judgeDestination';

const HINT =
  'which the portal does not connect to; an operator can allow it in kargo.egress';

describe('judgeDestination', () => {
  const judge = (
    url: string,
    options: {
      policy?: EgressPolicy;
      addresses?: string[];
      proxies?: Proxies;
      redirectedFrom?: string;
    } = {},
  ) => {
    const asked: string[] = [];
    const verdict = judgeDestination(url, {
      rules: compileEgressPolicy(options.policy ?? {}),
      findProxy: compileProxies(options.proxies),
      redirectedFrom: options.redirectedFrom,
      resolve: async host => {
        asked.push(host);
        return options.addresses ?? [];
      },
    });
    return { verdict, asked };
  };

  it.each([
    ['http://127.0.0.1:3000/a', [], '127.0.0.1 is a loopback address'],
    ['http://0x7f.1/a', [], '127.0.0.1 is a loopback address'],
    ['https://[::1]/a', [], '::1 is a loopback address'],
    ['https://10.0.0.1/a', [], '10.0.0.1 is a private address'],
    ['http://169.254.169.254/a', [], '169.254.169.254 is a link-local address'],
    ['git@192.168.0.1:a', [], '192.168.0.1 is a private address'],
    ['ssh://git@10.0.0.1:2222/a', [], '10.0.0.1 is a private address'],
    [
      'https://git.corp/a',
      ['10.0.0.1', '10.0.0.2'],
      'git.corp is at 10.0.0.1, a private address',
    ],
    ['git@git.corp:a', ['::1'], 'git.corp is at ::1, a loopback address'],
  ])('refuses %s at %j', async (url, addresses, reason) => {
    await expect(judge(url, { addresses }).verdict).rejects.toMatchObject({
      name: 'InputError',
      message: `${reason}, ${HINT}`,
    });
  });

  it.each<[string, EgressPolicy, string, string[]]>([
    ['loopback', { allowLoopback: true }, 'http://127.0.0.1:3000/a', []],
    ['an address', { allow: ['10.0.0.1'] }, 'https://10.0.0.1/a', []],
    ['a network', { allow: ['10.0.0.0/8'] }, 'git@10.0.0.1:a', []],
    ['a host', { allow: ['git.corp'] }, 'https://git.corp/a', ['10.0.0.1']],
    ['a domain', { allow: ['*.corp'] }, 'https://git.corp/a', ['10.0.0.1']],
    [
      'the network of a name',
      { allow: ['10.0.0.0/8'] },
      'https://git.corp/a',
      ['10.0.0.1'],
    ],
  ])('lets through what allows %s', async (_name, policy, url, addresses) => {
    const { verdict } = judge(url, { policy, addresses });
    await expect(verdict).resolves.toBeDefined();
  });

  it('opens loopback alone by its switch', async () => {
    const policy = { allowLoopback: true };
    await expect(
      judge('http://169.254.169.254/latest', { policy }).verdict,
    ).rejects.toThrow('link-local');
  });

  it('pins the allowed addresses of a name, and asks for them once', async () => {
    const { verdict, asked } = judge('https://Git.Example.com:8443/a', {
      addresses: ['2606:4700::1111', '10.0.0.1', '1.1.1.1'],
    });
    expect(await verdict).toMatchObject({
      config: [
        [
          'http.curloptResolve',
          'git.example.com:8443:[2606:4700::1111],1.1.1.1',
        ],
      ],
    });
    expect(asked).toEqual(['git.example.com']);
  });

  it('pins a name with a dot at its end in both forms', async () => {
    const { verdict } = judge('https://a.example./x', {
      addresses: ['1.1.1.1'],
    });
    expect((await verdict).config).toEqual([
      ['http.curloptResolve', 'a.example.:443:1.1.1.1'],
      ['http.curloptResolve', 'a.example:443:1.1.1.1'],
    ]);
  });

  it.each([
    ['git@git.example.com:a', 'git.example.com'],
    ['ssh://git@git.example.com:2222/a', '[git.example.com]:2222'],
  ])('pins %s and keeps its host key under its name', async (url, alias) => {
    const { verdict } = judge(url, { addresses: ['1.1.1.1', '1.0.0.1'] });
    expect((await verdict).sshOptions).toEqual([
      'HostName=1.1.1.1',
      `HostKeyAlias=${alias}`,
    ]);
  });

  describe('behind a proxy', () => {
    const proxies = { https: 'http://proxy:1', except: '.corp' };

    it('leaves names to the proxy', async () => {
      const { verdict, asked } = judge('https://git.example.com/a', {
        proxies,
      });
      expect(await verdict).toEqual({ config: [], sshOptions: [] });
      expect(asked).toEqual([]);
    });

    it('refuses private addresses all the same', async () => {
      await expect(
        judge('https://10.0.0.1/a', { proxies }).verdict,
      ).rejects.toThrow('10.0.0.1 is a private address');
    });

    it('judges hosts that are reached without it', async () => {
      await expect(
        judge('https://git.corp/a', { proxies, addresses: ['10.0.0.1'] })
          .verdict,
      ).rejects.toThrow('git.corp is at 10.0.0.1');
    });
  });

  it('blames the host that redirects to a refused address', async () => {
    const redirectedFrom = 'git.example.com';
    await expect(
      judge('https://10.0.0.1/a', { redirectedFrom }).verdict,
    ).rejects.toMatchObject({
      name: 'UpstreamUnavailableError',
      host: redirectedFrom,
      message: expect.stringContaining('10.0.0.1 is a private address'),
    });
  });

  it('says which name does not resolve', async () => {
    const verdict = judgeDestination('https://gone.example/a', {
      rules: compileEgressPolicy({}),
      findProxy: () => undefined,
      resolve: async () => {
        throw Object.assign(new Error('no such host'), { code: 'ENOTFOUND' });
      },
    });
    await expect(verdict).rejects.toMatchObject({
      name: 'UpstreamUnavailableError',
      message: expect.stringContaining(
        'gone.example could not be resolved; check the host name',
      ),
    });
  });

  it('refuses a URL that it cannot read, without repeating it', async () => {
    const url = 'https://robot:secret@a\\@10.0.0.1/x';
    const error = await judge(url).verdict.catch(e => e);
    expect(error.name).toBe('InputError');
    expect(error.message).not.toContain('secret');
  });
});
