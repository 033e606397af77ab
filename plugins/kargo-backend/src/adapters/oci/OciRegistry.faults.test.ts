import {
  Fault,
  OciRegistry as TestRegistry,
  startOciRegistry,
} from 'kargo-test';
import { ImageRepository } from '../../ports/ImageRegistry';
import { UndiciHttpClient } from '../http/UndiciHttpClient';
import { OciRegistry } from './OciRegistry';

let server: TestRegistry;
let http: UndiciHttpClient;
/** Waits for a silent host no longer than a test may. */
let impatient: UndiciHttpClient;
/** What the registry is asked through. */
let asking: UndiciHttpClient;
let registry: OciRegistry;
let web: ImageRepository;
let digest: string;
let now: number;
const slept: number[] = [];

beforeEach(async () => {
  server = await startOciRegistry();
  digest = server.pushImage({ repository: 'web', tag: '1' });
  web = { repoURL: server.imageURL('web') };
  const create = (limitMs: number) =>
    UndiciHttpClient.create({
      egress: { allowLoopback: true },
      idleTimeoutMs: limitMs,
      headersTimeoutMs: limitMs,
    });
  http = create(300_000);
  impatient = create(200);
  asking = http;
  now = Date.parse('2026-01-01T00:00:00Z');
  slept.length = 0;
  registry = OciRegistry.create({
    http: {
      send: request => asking.send(request),
      open: request => asking.open(request),
    },
    random: () => 0.5,
    clock: {
      now: () => now,
      monotonic: () => now,
      sleep: async milliseconds => {
        slept.push(milliseconds);
        now += milliseconds;
      },
    },
  });
});

afterEach(async () => {
  await Promise.all([http.close(), impatient.close()]);
  await server.close();
});

const status = (code: number, headers?: Record<string, string>): Fault => ({
  kind: 'status',
  status: code,
  headers,
});

describe('a registry that fails for a moment', () => {
  it.each<[string, Fault, number, number[]]>([
    ['answers 500 once', status(500), 1, [1_000]],
    ['answers 503 twice', status(503), 2, [1_000, 3_000]],
    [
      'is throttled for 2 seconds',
      status(429, { 'retry-after': '2' }),
      1,
      [2_000],
    ],
    ['drops a connection', { kind: 'reset' }, 1, []],
  ])('%s and is asked again', async (_name, fault, times, pauses) => {
    server.faults.add(fault, { route: 'tags', times });
    await expect(registry.listTags(web)).resolves.toEqual(['1']);
    expect(slept).toEqual(pauses);
  });
});

describe('a registry that fails', () => {
  it.each<[string, Fault, (host: string) => string]>([
    [
      'answers 500',
      status(500),
      host =>
        `${host} failed with status 500 when asked for the tags of ${host}/web; it will be asked again later`,
    ],
    [
      'answers 500 and says why',
      {
        kind: 'status',
        status: 500,
        body: '{"errors":[{"code":"UNKNOWN","message":"disk\\nfull"}]}',
      },
      host =>
        `${host} failed with status 500 when asked for the tags of ${host}/web (UNKNOWN: disk full); it will be asked again later`,
    ],
    [
      'answers with errors and a status of success',
      {
        kind: 'status',
        status: 200,
        body: '{"name":"web","tags":null,"errors":[{"code":"UNKNOWN","message":"upstream is away"}]}',
      },
      host =>
        `${host} answered with an error when asked for the tags of ${host}/web (UNKNOWN: upstream is away); it will be asked again later`,
    ],
    [
      'answers 400',
      status(400),
      host =>
        `${host} answered with status 400 when asked for the tags of ${host}/web`,
    ],
    [
      'asks to wait for two minutes',
      status(429, { 'retry-after': '120' }),
      host =>
        `${host} has had too many requests and is left alone until 2026-01-01T00:02:00Z; credentials with a higher limit or a longer interval help`,
    ],
    [
      'sends half an answer',
      { kind: 'truncate', afterBytes: 5 },
      host => `${host} dropped the connection before its answer was complete`,
    ],
    [
      'stays silent',
      { kind: 'hang' },
      host => `${host} accepted the request and did not answer in time`,
    ],
    [
      'announces pages without end',
      { kind: 'endlessPages' },
      host =>
        `${host} announces one more page of tags of ${host}/web again and again; gave up after 11 pages and 1 tags`,
    ],
    [
      'redirects to a private address',
      { kind: 'redirect', location: 'http://192.168.0.1/v2/' },
      host =>
        `${host} redirects to an address that is not allowed: 192.168.0.1 is a private address`,
    ],
    [
      'is no registry',
      { kind: 'status', status: 200, body: '<html>' },
      host =>
        `${host} answered with something else than a list when asked for the tags of ${host}/web; check that it is a container registry`,
    ],
  ])(
    '%s: the error says so, and the next try succeeds',
    async (_name, fault, text) => {
      server.faults.always(fault, { route: 'tags' });
      asking = fault.kind === 'hang' ? impatient : http;
      const error = await registry.listTags(web).catch(e => e);
      expect(error.name).toBe('UpstreamUnavailableError');
      expect(error.host).toBe(server.host);
      expect(error.message).toContain(text(server.host));

      server.faults.clear();
      asking = http;
      now = Math.max(now, error.retryAt ?? now);
      await expect(registry.listTags(web)).resolves.toEqual(['1']);
    },
  );

  it('is not asked at all before the time that it named', async () => {
    server.faults.add(status(429, { 'retry-after': '120' }));
    await registry.listTags(web).catch(() => {});
    server.resetStats();
    await expect(registry.resolveTag(web, '1')).rejects.toMatchObject({
      name: 'UpstreamUnavailableError',
      retryAt: now + 120_000,
    });
    expect(server.stats().requests).toBe(0);
    now += 120_000;
    await expect(registry.resolveTag(web, '1')).resolves.toMatchObject({
      digest,
    });
  });

  it('sends damaged content: it is refused, not kept, and fetched again', async () => {
    server.faults.add({ kind: 'corrupt' }, { route: 'manifest' });
    await expect(registry.getManifest(web, digest)).rejects.toThrow(
      `${server.host} sent something else than ${web.repoURL}@${digest}: its digest is sha256:`,
    );
    await expect(registry.getManifest(web, digest)).resolves.toMatchObject({
      digest,
    });
  });

  it('announces a wrong digest: the content decides', async () => {
    server.faults.add({ kind: 'wrongDigest' }, { route: 'manifest' });
    await expect(registry.getManifest(web, '1')).resolves.toMatchObject({
      digest,
    });
  });

  it('does not announce a digest: the content is fetched', async () => {
    server.faults.add(
      {
        kind: 'status',
        status: 200,
        headers: {
          'content-type': 'application/vnd.oci.image.manifest.v1+json',
        },
      },
      { method: 'HEAD' },
    );
    await expect(registry.resolveTag(web, '1')).resolves.toMatchObject({
      digest,
    });
  });

  it.each([400, 403, 404, 405, 406, 501])(
    'answers a HEAD with %i: the content is asked for',
    async code => {
      server.faults.add(status(code), { method: 'HEAD' });
      await expect(registry.resolveTag(web, '1')).resolves.toMatchObject({
        digest,
      });
    },
  );

  it.each([401, 403, 404, 500])(
    'answers HEAD and GET with %i: that is what counts',
    async code => {
      server.faults.always(status(code), { route: 'manifest' });
      const [head] = await Promise.allSettled([registry.resolveTag(web, '1')]);
      const [get] = await Promise.allSettled([registry.getManifest(web, '1')]);
      expect(head.status).toBe(code === 404 ? 'fulfilled' : 'rejected');
      expect(get.status).toBe(head.status);
    },
  );

  it('lets a body trickle: the time limit of the client ends it', async () => {
    server.faults.add(
      { kind: 'slow', bytesPerSecond: 10 },
      { route: 'manifest' },
    );
    const hurried = OciRegistry.create({
      http: {
        ...http,
        send: r => http.send({ ...r, timeoutMs: 300 }),
        open: r => http.open(r),
      },
      random: () => 0.5,
      clock: { now: () => now, monotonic: () => now, sleep: async () => {} },
    });
    await expect(hurried.getManifest(web, '1')).rejects.toThrow(
      `${server.host} did not complete its answer within 0.3 seconds`,
    );
    await expect(registry.getManifest(web, '1')).resolves.toMatchObject({
      digest,
    });
  });

  it('has an image of an unknown kind: the error names the tag', async () => {
    server.faults.add(
      {
        kind: 'status',
        status: 200,
        headers: {
          'content-type':
            'application/vnd.docker.distribution.manifest.v1+prettyjws',
        },
        body: '{"schemaVersion":1}',
      },
      { route: 'manifest' },
    );
    await expect(registry.getManifest(web, '1')).rejects.toThrow(
      `${web.repoURL}:1 at ${server.host} is no container image (application/vnd.docker.distribution.manifest.v1+prettyjws); leave its tag out with ignoreTagsRegexes`,
    );
  });

  it('sends a manifest of more parts than any image has: the error says so', async () => {
    server.faults.add(
      {
        kind: 'status',
        status: 200,
        headers: {
          'content-type': 'application/vnd.oci.image.index.v1+json',
        },
        body: JSON.stringify({ manifests: new Array(20_001).fill(0) }),
      },
      { route: 'manifest' },
    );
    await expect(registry.getManifest(web, '1')).rejects.toThrow(
      `${web.repoURL}:1 at ${server.host} is no container image (application/vnd.oci.image.index.v1+json, it has more than 20000 values)`,
    );
  });

  it('sends a page of HTML in place of a manifest: the error says where it is no JSON', async () => {
    server.faults.add(
      {
        kind: 'status',
        status: 200,
        headers: { 'content-type': 'text/html' },
        body: '<html>sign in</html>',
      },
      { route: 'manifest' },
    );
    await expect(registry.getManifest(web, '1')).rejects.toThrow(
      `${web.repoURL}:1 at ${server.host} is no container image (text/html, it is not valid JSON`,
    );
  });

  it('ends with the reason of the caller who gives up', async () => {
    server.faults.add({ kind: 'hang' });
    const controller = new AbortController();
    const call = registry.listTags(web, { signal: controller.signal });
    await server.waitForRequests('tags');
    controller.abort(new Error('enough'));
    await expect(call).rejects.toThrow('enough');
  });
});
