import { once } from 'node:events';
import { createServer } from 'node:http';
import { AddressInfo } from 'node:net';
import { RepoCredentials, SecretText } from 'backstage-plugin-kargo-node';
import {
  buildImage,
  OciRegistry as TestRegistry,
  OciRegistryOptions as TestRegistryOptions,
  startOciRegistry,
} from 'kargo-test';
import { stopThreads } from '../../foreign/threads/runInThread';
import { ImageRepository } from '../../ports/ImageRegistry';
import { withoutRoomToRead } from '../../testing/busyThreads';
import { wereRefused } from '../credentials/refusedCredentials';
import { UndiciHttpClient } from '../http/UndiciHttpClient';
import { OciRegistry } from './OciRegistry';

jest.setTimeout(60_000);

const cleanups: Array<() => Promise<void>> = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** A clock on which sleeping takes no time, and which remembers how long it slept. */
function aClock() {
  let time = Date.parse('2026-01-01T00:00:00Z');
  let jumped = 0;
  const slept: number[] = [];
  return {
    slept,
    advance: (milliseconds: number) => {
      time += milliseconds;
    },
    /** Sets what the wall shows. */
    jump: (milliseconds: number) => {
      jumped += milliseconds;
    },
    now: () => time + jumped,
    monotonic: () => time,
    sleep: async (milliseconds: number, signal?: AbortSignal) => {
      signal?.throwIfAborted();
      slept.push(milliseconds);
      time += milliseconds;
    },
  };
}

function aClient(
  options: Partial<Parameters<typeof OciRegistry.create>[0]> = {},
) {
  const http = UndiciHttpClient.create({
    egress: { allowLoopback: true },
    idleTimeoutMs: 300_000,
    headersTimeoutMs: 300_000,
  });
  cleanups.push(() => http.close());
  const clock = aClock();
  const registry = OciRegistry.create({
    http,
    clock,
    random: () => 0.5,
    maxPerSecond: 1_000,
    ...options,
  });
  return { registry, clock, http };
}

async function aServer(options?: TestRegistryOptions): Promise<TestRegistry> {
  const server = await startOciRegistry(options);
  cleanups.push(() => server.close());
  return server;
}

const user: RepoCredentials = {
  username: 'ann',
  password: SecretText.of('s3cret'),
};
const wrong: RepoCredentials = {
  username: 'ann',
  password: SecretText.of('wr0ng'),
};

function at(
  server: TestRegistry,
  repository: string,
  credentials?: RepoCredentials,
): ImageRepository {
  return { repoURL: server.imageURL(repository), credentials };
}

describe('OciRegistry', () => {
  describe('tags', () => {
    it('are read over all pages', async () => {
      const server = await aServer({ maxPage: 100 });
      const tags = Array.from({ length: 950 }, (_, i) => `1.0.${i}`);
      server.addTags('web', tags);
      const { registry } = aClient();
      const found = await registry.listTags(at(server, 'web'));
      expect(found.sort()).toEqual(tags.sort());
      expect(server.stats().byRoute).toEqual({ tags: 10 });
    });

    it('leave out what could not be asked for', async () => {
      const server = await aServer({ maxPage: 2 });
      const odd = ['../../api/manifests/1', 'a b', 'a?b', '', 'x'.repeat(129)];
      server.addTags('web', ['1', ...odd, '2_b-c.d']);
      const { registry } = aClient();
      await expect(registry.listTags(at(server, 'web'))).resolves.toEqual([
        '1',
        '2_b-c.d',
      ]);
    });

    it('that have not changed are not sent again by a registry that can tell', async () => {
      const server = await aServer({ maxPage: 3, validatesTags: true });
      server.addTags('web', ['1', '2', '3', '4', '5', '6', '7']);
      const { registry } = aClient();
      const list = () => registry.listTags(at(server, 'web'));
      const statuses = () => server.stats().log.map(({ status }) => status);
      await list();
      server.resetStats();
      expect(await list()).toEqual(['1', '2', '3', '4', '5', '6', '7']);
      expect(statuses()).toEqual([304, 304, 304]);
      server.addTags('web', ['8']);
      server.resetStats();
      expect(await list()).toEqual(['1', '2', '3', '4', '5', '6', '7', '8']);
      expect(statuses()).toEqual([304, 304, 200]);
      server.remove('web', '2');
      expect(await list()).toEqual(['1', '3', '4', '5', '6', '7', '8']);
    });

    it('that are the same for others are sent to everybody with their own credentials', async () => {
      const server = await aServer({ validatesTags: true });
      server.addTags('web', ['1']);
      const { registry } = aClient();
      await registry.listTags({ ...at(server, 'web'), credentials: user });
      server.resetStats();
      await registry.listTags(at(server, 'web'));
      expect(server.stats().log.map(({ status }) => status)).toEqual([200]);
    });

    it('of a repository that does not exist are an error that says so', async () => {
      const server = await aServer();
      const { registry } = aClient();
      await expect(registry.listTags(at(server, 'none'))).rejects.toMatchObject(
        {
          name: 'InputError',
          message: expect.stringContaining('/none does not exist at 127.0.0.1'),
        },
      );
    });

    describe('in pages of a registry that is behind another name', () => {
      /** Answers lists as `pages` says, by the path and query asked for. */
      async function aFront(
        pages: Record<string, { tags: string[]; link?: string } | undefined>,
      ) {
        const asked: string[] = [];
        const front = createServer((request, response) => {
          const path = request.url ?? '';
          asked.push(path);
          const page = pages[path];
          response.writeHead(page ? 200 : 404, {
            'content-type': 'application/json',
            ...(page?.link && { link: `<${page.link}>; rel="next"` }),
          });
          response.end(
            JSON.stringify(
              page
                ? { name: 'web', tags: page.tags }
                : { errors: [{ code: 'NAME_UNKNOWN' }] },
            ),
          );
        });
        front.listen(0, '127.0.0.1');
        await once(front, 'listening');
        cleanups.push(
          () => new Promise<void>(resolve => front.close(() => resolve())),
        );
        const { port } = front.address() as AddressInfo;
        return { repoURL: `127.0.0.1:${port}/mirror/web`, asked };
      }
      const LIST = '/v2/mirror/web/tags/list';

      it('goes on below its own path when the link lost a part of it', async () => {
        const { repoURL } = await aFront({
          [`${LIST}?n=1000`]: {
            tags: ['1.0.0'],
            link: '/v2/web/tags/list?n=3&last=1.0.0',
          },
          [`${LIST}?n=3&last=1.0.0`]: { tags: ['1.7.0'] },
        });
        await expect(aClient().registry.listTags({ repoURL })).resolves.toEqual(
          ['1.0.0', '1.7.0'],
        );
      });

      it('fails when a page is not there', async () => {
        const { repoURL } = await aFront({
          [`${LIST}?n=1000`]: {
            tags: ['1.0.0'],
            link: '/v2/web/tags/list?n=3&last=1.0.0',
          },
        });
        await expect(
          aClient().registry.listTags({ repoURL }),
        ).rejects.toMatchObject({
          name: 'UpstreamUnavailableError',
          message: expect.stringContaining(
            `404 when asked for page 2 of the tags of ${repoURL}, at ${LIST}?n=3&last=1.0.0`,
          ),
        });
      });

      it('lets other work go on while a long one is read', async () => {
        const tags = Array.from({ length: 100_000 }, (_, i) => `1.0.${i}`);
        const { repoURL } = await aFront({ [`${LIST}?n=1000`]: { tags } });
        const parse = jest.spyOn(JSON, 'parse');
        try {
          const found = await aClient().registry.listTags({ repoURL });
          expect(found).toEqual(tags);
          const lengths = parse.mock.calls.map(([text]) => text.length);
          expect(Math.max(0, ...lengths)).toBeLessThan(100_000);
        } finally {
          parse.mockRestore();
          await stopThreads();
        }
      });

      it('is no list of something else when no thread has time to read it', async () => {
        const tags = Array.from({ length: 10_000 }, (_, i) => `1.0.${i}`);
        const { repoURL } = await aFront({ [`${LIST}?n=1000`]: { tags } });
        const listing = withoutRoomToRead(() =>
          aClient().registry.listTags({ repoURL }),
        );
        await expect(listing).rejects.toThrow('busy reading other texts');
        await stopThreads();
      });

      it.each([
        ['and there are more', ['2.0.0'], ['2.0.0']],
        ['and there are no more', [], []],
        ['and the registry begins again', undefined, []],
      ])(
        'asks what comes after a full page without a link, %s',
        async (_name, rest, more) => {
          const full = Array.from({ length: 1000 }, (_, i) => `0.0.${i}`);
          const { repoURL, asked } = await aFront({
            [`${LIST}?n=1000`]: { tags: full },
            [`${LIST}?n=1000&last=0.0.999`]: { tags: rest ?? full },
          });
          await expect(
            aClient().registry.listTags({ repoURL }),
          ).resolves.toEqual([...full, ...more]);
          expect(asked).toHaveLength(2);
        },
      );
    });

    it('are asked for once by callers at the same time', async () => {
      const server = await aServer();
      server.addTags('web', ['a']);
      const { registry } = aClient();
      const lists = await Promise.all(
        [1, 2, 3].map(() => registry.listTags(at(server, 'web'))),
      );
      expect(lists).toEqual([['a'], ['a'], ['a']]);
      expect(server.stats().requests).toBe(1);
    });

    it('are asked for by everybody with their own credentials', async () => {
      const server = await aServer({
        auth: { kind: 'basic', username: 'ann', password: 's3cret' },
      });
      server.addTags('web', ['a']);
      const { registry } = aClient();
      const [mine, theirs] = await Promise.allSettled([
        registry.listTags(at(server, 'web', user)),
        registry.listTags(at(server, 'web', wrong)),
      ]);
      expect(mine.status).toBe('fulfilled');
      expect(theirs.status).toBe('rejected');
    });
  });

  describe('manifests', () => {
    it('tell the digest of a tag without being fetched', async () => {
      const server = await aServer();
      const digest = server.pushImage({ repository: 'web', tag: '1' });
      const { registry } = aClient();
      await expect(
        registry.resolveTag(at(server, 'web'), '1'),
      ).resolves.toEqual({
        digest,
        mediaType: 'application/vnd.oci.image.manifest.v1+json',
      });
      expect(server.stats().log.map(entry => entry.method)).toEqual(['HEAD']);
    });

    it.each(['../../api/manifests/1', '1?n=2', '1#2', 'a b', ''])(
      'of %j are not asked for',
      async reference => {
        const server = await aServer();
        const { registry } = aClient();
        const web = at(server, 'web');
        const message = `${JSON.stringify(reference)} is neither a tag`;
        await expect(registry.resolveTag(web, reference)).rejects.toThrow(
          message,
        );
        await expect(registry.getManifest(web, reference)).rejects.toThrow(
          message,
        );
        expect(server.stats().requests).toBe(0);
      },
    );

    it('of tags that are gone are undefined', async () => {
      const server = await aServer();
      server.pushImage({ repository: 'web', tag: '1' });
      const { registry } = aClient();
      const web = at(server, 'web');
      await expect(registry.resolveTag(web, '2')).resolves.toBeUndefined();
      await expect(registry.getManifest(web, '2')).resolves.toBeUndefined();
    });

    it.each([
      ['OCI', false, 'application/vnd.oci.image.manifest.v1+json'],
      ['Docker', true, 'application/vnd.docker.distribution.manifest.v2+json'],
    ])(
      'of %s images are read with their config',
      async (_name, docker, type) => {
        const server = await aServer();
        const digest = server.pushImage({
          repository: 'web',
          tag: '1',
          docker,
          annotations: { a: 'b' },
          labels: { l: 'm' },
          created: '2026-01-02T03:04:05.678Z',
          platforms: ['linux/arm64/v8'],
        });
        const { registry } = aClient();
        const web = at(server, 'web');
        const manifest = await registry.getManifest(web, '1');
        expect(manifest).toMatchObject({
          kind: 'image',
          digest,
          mediaType: type,
          annotations: { a: 'b' },
        });
        const configDigest =
          manifest?.kind === 'image' ? manifest.configDigest ?? '' : '';
        await expect(registry.getConfig(web, configDigest)).resolves.toEqual({
          created: '2026-01-02T03:04:05.678Z',
          labels: { l: 'm' },
          platform: { os: 'linux', architecture: 'arm64', variant: 'v8' },
          newestHistory: undefined,
        });
      },
    );

    it('of indexes list the platforms', async () => {
      const server = await aServer();
      const digest = server.pushImage({
        repository: 'web',
        tag: '1',
        platforms: ['linux/amd64', 'linux/arm64/v8'],
        annotations: { a: 'b' },
      });
      const { registry } = aClient();
      await expect(
        registry.getManifest(at(server, 'web'), '1'),
      ).resolves.toMatchObject({
        kind: 'index',
        digest,
        annotations: { a: 'b' },
        entries: [
          { platform: { os: 'linux', architecture: 'amd64' } },
          { platform: { os: 'linux', architecture: 'arm64', variant: 'v8' } },
        ],
      });
    });

    it('are fetched once by digest, and again only by their digest for a tag', async () => {
      const server = await aServer();
      const digest = server.pushImage({ repository: 'web', tag: '1' });
      const { registry } = aClient();
      const web = at(server, 'web');
      await registry.getManifest(web, '1');
      await registry.getManifest(web, digest);
      await registry.getManifest(web, '1');
      expect(server.stats().log.map(entry => entry.method)).toEqual([
        'GET',
        'HEAD',
      ]);
    });

    it('are fetched once for a tag that moved, also where HEAD is refused', async () => {
      const server = await aServer();
      server.pushImage({ repository: 'web', tag: '1' });
      const { registry } = aClient();
      const web = at(server, 'web');
      await registry.getManifest(web, '1');
      const digest = server.pushImage({
        repository: 'web',
        tag: '1',
        content: 'new',
      });
      server.faults.always({ kind: 'status', status: 405 }, { method: 'HEAD' });
      server.resetStats();
      await expect(registry.getManifest(web, '1')).resolves.toMatchObject({
        digest,
      });
      expect(server.stats().log.map(entry => entry.method)).toEqual([
        'HEAD',
        'GET',
      ]);
    });

    it('follow a tag that moved', async () => {
      const server = await aServer();
      server.pushImage({ repository: 'web', tag: '1', content: 'old' });
      const { registry } = aClient();
      const web = at(server, 'web');
      await registry.getManifest(web, '1');
      const digest = server.pushImage({
        repository: 'web',
        tag: '1',
        content: 'new',
      });
      const moved = await registry.getManifest(web, '1');
      expect(moved?.digest).toBe(digest);
    });

    it('stay with the credentials that fetched them', async () => {
      const server = await aServer({
        auth: { kind: 'basic', username: 'ann', password: 's3cret' },
      });
      const digest = server.pushImage({ repository: 'web', tag: '1' });
      const { registry } = aClient();
      await registry.getManifest(at(server, 'web', user), digest);
      await expect(
        registry.getManifest(at(server, 'web'), digest),
      ).rejects.toThrow('none are configured');
    });

    it('bring a config along when it is inside', async () => {
      const server = await aServer();
      const { blobs, manifests } = buildImage({
        created: '2026-01-01T00:00:00Z',
      });
      const document = JSON.parse(manifests[0].content.toString());
      const config = blobs.find(b => b.digest === document.config.digest);
      document.config.data = config?.content.toString('base64');
      const put = (path: string, body: Buffer, type: string) =>
        fetch(`${server.url}/v2/web/${path}`, {
          method: path.startsWith('blobs') ? 'POST' : 'PUT',
          headers: { 'content-type': type },
          body: new Uint8Array(body),
        });
      for (const { digest, content } of blobs) {
        await put(
          `blobs/uploads/?digest=${digest}`,
          content,
          'application/octet-stream',
        );
      }
      const pushed = await put(
        'manifests/1',
        Buffer.from(JSON.stringify(document)),
        manifests[0].mediaType,
      );
      expect(pushed.status).toBe(201);
      server.resetStats();
      const { registry } = aClient();
      await registry.getManifest(at(server, 'web'), '1');
      await expect(
        registry.getConfig(at(server, 'web'), document.config.digest),
      ).resolves.toMatchObject({ created: '2026-01-01T00:00:00Z' });
      expect(server.stats().byRoute).toEqual({ manifest: 1 });
    });
  });

  describe('authentication', () => {
    it('sends user and password where they are asked for', async () => {
      const server = await aServer({
        auth: { kind: 'basic', username: 'ann', password: 's3cret' },
      });
      server.addTags('web', ['a']);
      const { registry } = aClient();
      await registry.listTags(at(server, 'web', user));
      await registry.listTags(at(server, 'web', user));
      // The first request learns how; from then on there is no detour.
      expect(server.stats().log.map(e => e.status)).toEqual([401, 200, 200]);
    });

    it('gets one token for many requests', async () => {
      const server = await aServer({
        auth: { kind: 'token', username: 'ann', password: 's3cret' },
      });
      const digest = server.pushImage({ repository: 'web', tag: '1' });
      const { registry } = aClient();
      const web = at(server, 'web', user);
      await registry.listTags(web);
      await registry.resolveTag(web, '1');
      await registry.getManifest(web, digest);
      expect(server.stats().byRoute).toEqual({
        tags: 2,
        token: 1,
        manifest: 2,
      });
    });

    it('gets an anonymous token without credentials', async () => {
      const server = await aServer({ auth: { kind: 'token' } });
      server.addTags('web', ['a']);
      const { registry } = aClient();
      await expect(registry.listTags(at(server, 'web'))).resolves.toEqual([
        'a',
      ]);
    });

    it('asks a known host for the token first', async () => {
      const server = await aServer({ auth: { kind: 'token' } });
      server.addTags('web', ['a']);
      server.addTags('api', ['b']);
      const { registry } = aClient();
      await registry.listTags(at(server, 'web'));
      server.resetStats();
      await registry.listTags(at(server, 'api'));
      expect(server.stats().byRoute).toEqual({ token: 1, tags: 1 });
    });

    it('shares one token request among callers at the same time', async () => {
      const server = await aServer({ auth: { kind: 'token' } });
      for (const tag of ['1', '2', '3', '4']) {
        server.pushImage({ repository: 'web', tag });
      }
      const { registry } = aClient();
      await registry.listTags(at(server, 'web'));
      server.resetStats();
      const { registry: fresh } = aClient();
      await Promise.all(
        ['1', '2', '3', '4'].map(t => fresh.resolveTag(at(server, 'web'), t)),
      );
      expect(server.stats().byRoute.token).toBe(1);
    });

    it.each([0, -3_600_000])(
      'renews a token before it expires, the clock set by %p ms',
      async milliseconds => {
        const server = await aServer({
          auth: { kind: 'token', expiresIn: 100 },
        });
        server.addTags('web', ['a']);
        const { registry, clock } = aClient();
        await registry.listTags(at(server, 'web'));
        server.resetStats();
        clock.jump(milliseconds);
        clock.advance(79_000);
        await registry.listTags(at(server, 'web'));
        expect(server.stats().byRoute).toEqual({ tags: 1 });
        clock.advance(2_000);
        await registry.listTags(at(server, 'web'));
        expect(server.stats().byRoute).toEqual({ tags: 2, token: 1 });
      },
    );

    it('renews a token that was refused early', async () => {
      const server = await aServer({ auth: { kind: 'token' } });
      server.addTags('web', ['a']);
      const { registry } = aClient();
      await registry.listTags(at(server, 'web'));
      server.faults.add(
        {
          kind: 'status',
          status: 401,
          headers: {
            'www-authenticate': `Bearer realm="${server.url}/token",service="test-registry",scope="repository:web:pull"`,
          },
        },
        { route: 'tags' },
      );
      server.resetStats();
      await expect(registry.listTags(at(server, 'web'))).resolves.toEqual([
        'a',
      ]);
      expect(server.stats().byRoute).toEqual({ tags: 2, token: 1 });
    });

    const challengeTo = (realm: string) => ({
      kind: 'status' as const,
      status: 401,
      headers: { 'www-authenticate': `Bearer realm="${realm}"` },
    });

    it('does not stay with a token endpoint that is not there any more', async () => {
      const server = await aServer({ auth: { kind: 'token' } });
      server.addTags('web', ['a']);
      const { registry } = aClient();
      server.faults.add(challengeTo('http://127.0.0.1:1/token'));
      await expect(registry.listTags(at(server, 'web'))).rejects.toThrow(
        'refused the connection',
      );
      await expect(registry.listTags(at(server, 'web'))).resolves.toEqual([
        'a',
      ]);
    });

    it.each([
      ['is another for another repository', 'api'],
      ['moved', 'web'],
    ])('asks where the token endpoint is when it %s', async (_, next) => {
      const server = await aServer({ auth: { kind: 'token', expiresIn: 60 } });
      const before = await aServer({ auth: { kind: 'token', expiresIn: 60 } });
      server.addTags('web', ['a']);
      server.addTags('api', ['a']);
      const { registry, clock } = aClient();
      // Once told to go there, and let in with what it got there.
      server.faults.add(challengeTo(`${before.url}/token`));
      server.faults.add({ kind: 'status', status: 200, body: '{"tags":[]}' });
      await registry.listTags(at(server, 'web'));
      before.faults.always({ kind: 'status', status: 404 });
      clock.advance(60_000);
      await expect(registry.listTags(at(server, next))).resolves.toEqual(['a']);
    });

    it('believes of where tokens are given nothing that was said without a checked certificate', async () => {
      const auth = {
        kind: 'token',
        username: 'ann',
        password: 's3cret',
      } as const;
      const server = await aServer({ auth });
      const other = await aServer({ auth: { kind: 'token' } });
      server.addTags('web', ['a']);
      const { registry } = aClient();
      const checked = at(server, 'web', user);
      server.faults.add(challengeTo(`${other.url}/token`));
      server.faults.add({ kind: 'status', status: 200, body: '{"tags":[]}' });
      await registry.listTags({
        ...at(server, 'web'),
        insecureSkipTLSVerify: true,
      });
      expect(other.stats().byRoute).toEqual({ token: 1 });
      await expect(registry.listTags(checked)).resolves.toEqual(['a']);
      expect(other.stats().byRoute).toEqual({ token: 1 });
    });

    it('asks as a stranger where a refused token leads to an endpoint for others', async () => {
      const server = await aServer({ auth: { kind: 'token' } });
      server.addTags('web', ['a']);
      const { registry } = aClient();
      await registry.listTags(at(server, 'web'));
      server.resetStats();
      server.faults.add(challengeTo(`${server.url}/for-members`));
      await expect(registry.listTags(at(server, 'web'))).resolves.toEqual([
        'a',
      ]);
      await expect(registry.listTags(at(server, 'web'))).resolves.toEqual([
        'a',
      ]);
      expect(server.stats().log.map(({ status }) => status)).toEqual([
        // With the token, at the endpoint that it led to, and without one.
        ...[401, 401, 401],
        ...[200, 200, 200],
      ]);
    });

    it('asks for a token once where it does not get one', async () => {
      const server = await aServer({
        auth: { kind: 'token', username: 'ann', password: 's3cret' },
      });
      server.addTags('web', ['a']);
      const [good, bad] = [{ ...user }, { ...wrong }];
      const { registry } = aClient();
      await registry.listTags(at(server, 'web', good));
      server.resetStats();
      await expect(registry.listTags(at(server, 'web', bad))).rejects.toThrow(
        'refuses the credentials',
      );
      expect([good, bad].map(wereRefused)).toEqual([false, true]);
      expect(server.stats().byRoute).toEqual({ token: 1, tags: 1 });
    });

    it.each([403, 404] as const)(
      'says who asks where a registry answers strangers with %d',
      async hidesBy => {
        const server = await aServer({
          auth: {
            kind: 'token',
            username: 'ann',
            password: 's3cret',
            hidesBy,
          },
        });
        server.addTags('web', ['a']);
        const { registry } = aClient();
        const web = at(server, 'web', user);
        await expect(registry.listTags(web)).resolves.toEqual(['a']);
        server.resetStats();
        // Who asks there is known from then on.
        await registry.listTags(at(server, 'web', { ...user }));
        await registry.getManifest(web, 'none');
        expect(server.stats().byRoute).toEqual({ tags: 1, manifest: 1 });
      },
    );

    it('has nothing to say where nobody asks for it', async () => {
      const server = await aServer();
      const { registry } = aClient();
      await expect(
        registry.getManifest(at(server, 'web', user), 'none'),
      ).resolves.toBeUndefined();
      await expect(registry.listTags(at(server, 'web'))).rejects.toThrow(
        'does not exist',
      );
      expect(server.stats().byRoute).toEqual({ manifest: 1, ping: 1, tags: 1 });
    });

    it('asks for the scope that the registry names, and remembers it', async () => {
      const server = await aServer({ auth: { kind: 'token' } });
      server.addTags('web', ['a']);
      server.faults.add(
        {
          kind: 'status',
          status: 401,
          headers: {
            'www-authenticate': `Bearer realm="${server.url}/token",scope="repository:web:metadata_read"`,
          },
        },
        { route: 'tags' },
      );
      const { registry } = aClient();
      await registry.listTags(at(server, 'web'));
      const asked = server.stats().log.find(e => e.route === 'token');
      expect(asked?.path).toBe(
        '/token?scope=repository%3Aweb%3Ametadata_read&scope=repository%3Aweb%3Apull',
      );
      server.resetStats();
      await registry.listTags(at(server, 'web'));
      expect(server.stats().byRoute).toEqual({ tags: 1 });
    });

    it.each([
      ['basic', undefined, 'wants credentials for'],
      ['basic', wrong, 'refuses the credentials for'],
      ['token', undefined, 'wants credentials for'],
      ['token', wrong, 'refuses the credentials for'],
    ] as const)(
      'says what is wrong: %s with %p',
      async (kind, credentials, text) => {
        const server = await aServer({
          auth: {
            kind,
            username: 'ann',
            password: 's3cret',
            anonymousPull: false,
          },
        });
        server.addTags('web', ['a']);
        const { registry } = aClient();
        const error = await registry
          .listTags(at(server, 'web', credentials))
          .catch(e => e);
        expect(error.name).toBe('CredentialsRejectedError');
        expect(error.message).toContain(text);
        expect(error.message).toContain(server.imageURL('web'));
        expect(error.message).not.toContain('wr0ng');
        // With the right ones it works at once.
        await expect(
          registry.listTags(at(server, 'web', user)),
        ).resolves.toEqual(['a']);
      },
    );

    it.each([
      ['http://10.0.0.1/token', 'not safe to send credentials to'],
      ['http://169.254.169.254/token', 'not safe to send credentials to'],
      ['nonsense', 'a token endpoint that is not a URL'],
    ])('does not send credentials to %s', async (realm, text) => {
      const server = await aServer({
        auth: { kind: 'token', username: 'ann', password: 's3cret', realm },
      });
      const { registry } = aClient();
      await expect(registry.listTags(at(server, 'web', user))).rejects.toThrow(
        text,
      );
    });
  });

  describe('redirects of blobs', () => {
    it('do not carry the credentials to the store of the blobs', async () => {
      const auth = {
        kind: 'basic',
        username: 'ann',
        password: 's3cret',
      } as const;
      const server = await aServer({ auth });
      const store = await aServer();
      const image = {
        repository: 'web',
        tag: '1',
        created: '2026-01-01T00:00:00Z',
      };
      server.pushImage(image);
      store.pushImage(image);
      const { registry } = aClient();
      const web = at(server, 'web', user);
      const manifest = await registry.getManifest(web, '1');
      const digest =
        manifest?.kind === 'image' ? manifest.configDigest ?? '' : '';
      server.faults.add(
        {
          kind: 'redirect',
          location: `${store.url}/v2/web/blobs/${digest}?signature=1`,
        },
        { route: 'blob' },
      );
      await expect(registry.getConfig(web, digest)).resolves.toMatchObject({
        created: '2026-01-01T00:00:00Z',
      });
      expect(store.stats().log[0].headers.authorization).toBeUndefined();
    });
  });

  describe('pace', () => {
    it('spaces requests to one registry', async () => {
      const server = await aServer();
      for (let i = 0; i < 60; i++) {
        server.pushImage({ repository: 'web', tag: `${i}` });
      }
      const { registry, clock } = aClient({ maxPerSecond: 20 });
      const start = clock.now();
      for (let i = 0; i < 60; i++) {
        await registry.resolveTag(at(server, 'web'), `${i}`);
      }
      // Two seconds' worth goes out at once, the other 20 take a second.
      expect(clock.now() - start).toBeGreaterThanOrEqual(900);
      expect(clock.now() - start).toBeLessThanOrEqual(1_100);
    });
  });
});
