import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageChart } from './chartArchive';
import { buildImage, digestOf } from './ociArtifact';
import { pushArtifact } from './ociPush';
import { type OciRegistry, startOciRegistry } from './ociRegistry';

interface Descriptor {
  mediaType: string;
  digest: string;
  size: number;
  platform?: { os: string; architecture: string; variant?: string };
}

interface Manifest {
  mediaType: string;
  config: Descriptor;
  layers: Descriptor[];
  manifests: Descriptor[];
  annotations?: Record<string, string>;
}

const open: OciRegistry[] = [];
async function start(
  ...args: Parameters<typeof startOciRegistry>
): Promise<OciRegistry> {
  const registry = await startOciRegistry(...args);
  open.push(registry);
  return registry;
}
afterEach(async () => {
  await Promise.all(open.splice(0).map(registry => registry.close()));
});

const basic = (user: string, password: string) =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;

/** Follows Link headers as RFC 8288 and the distribution specification say. */
async function allTags(
  registry: OciRegistry,
  repository: string,
  size: number,
): Promise<{ tags: string[]; pages: number }> {
  const tags: string[] = [];
  let pages = 0;
  let next: string | undefined = `/v2/${repository}/tags/list?n=${size}`;
  while (next) {
    const reply: Response = await fetch(new URL(next, registry.url));
    const body = (await reply.json()) as { tags: string[] };
    tags.push(...body.tags);
    pages += 1;
    next = /<([^>]+)>; rel="next"/.exec(reply.headers.get('link') ?? '')?.[1];
  }
  return { tags, pages };
}

describe('reading', () => {
  it('answers the ping', async () => {
    const registry = await start();
    const reply = await fetch(`${registry.url}/v2/`);
    expect(reply.status).toBe(200);
    expect(reply.headers.get('docker-distribution-api-version')).toBe(
      'registry/2.0',
    );
  });

  it('serves an image by tag and digest, with its configuration', async () => {
    const registry = await start();
    const digest = registry.pushImage({
      repository: 'demo/guestbook',
      tag: '1.0.0',
      created: '2026-01-02T03:04:05Z',
      labels: { team: 'shop' },
      annotations: { 'org.opencontainers.image.revision': 'abc' },
    });
    const byTag = await fetch(
      `${registry.url}/v2/demo/guestbook/manifests/1.0.0`,
    );
    expect(byTag.headers.get('docker-content-digest')).toBe(digest);
    expect(byTag.headers.get('content-type')).toBe(
      'application/vnd.oci.image.manifest.v1+json',
    );
    const text = await byTag.text();
    expect(digestOf(text)).toBe(digest);
    const manifest = JSON.parse(text) as Manifest;
    expect(manifest.annotations).toEqual({
      'org.opencontainers.image.revision': 'abc',
    });

    const head = await fetch(
      `${registry.url}/v2/demo/guestbook/manifests/${digest}`,
      { method: 'HEAD' },
    );
    expect(head.headers.get('content-length')).toBe(String(text.length));

    const config = await fetch(
      `${registry.url}/v2/demo/guestbook/blobs/${manifest.config.digest}`,
    );
    expect(await config.json()).toMatchObject({
      created: '2026-01-02T03:04:05Z',
      os: 'linux',
      architecture: 'amd64',
      config: { Labels: { team: 'shop' } },
    });
  });

  it('serves an index with one manifest per platform', async () => {
    const registry = await start();
    registry.pushImage({
      repository: 'multi',
      tag: 'v1',
      platforms: ['linux/amd64', 'linux/arm64/v8'],
      docker: true,
    });
    const reply = await fetch(`${registry.url}/v2/multi/manifests/v1`);
    const index = (await reply.json()) as Manifest;
    expect(index.mediaType).toBe(
      'application/vnd.docker.distribution.manifest.list.v2+json',
    );
    expect(index.manifests.map(part => part.platform)).toEqual([
      { os: 'linux', architecture: 'amd64' },
      { os: 'linux', architecture: 'arm64', variant: 'v8' },
    ]);
    for (const part of index.manifests) {
      const child = await fetch(
        `${registry.url}/v2/multi/manifests/${part.digest}`,
      );
      expect(digestOf(await child.text())).toBe(part.digest);
    }
  });

  it('pages through thousands of tags without losing or repeating one', async () => {
    const registry = await start({ maxPage: 1000 });
    const tags = Array.from({ length: 5000 }, (_, i) => `1.0.${i}`);
    registry.addTags('many', tags);
    const listed = await allTags(registry, 'many', 400);
    expect(listed.pages).toBe(13);
    expect(listed.tags).toEqual([...tags].sort());
    expect((await allTags(registry, 'many', 9999)).pages).toBe(5);
  });

  it.each([
    ['/v2/none/tags/list', 404, 'NAME_UNKNOWN'],
    ['/v2/app/manifests/none', 404, 'MANIFEST_UNKNOWN'],
    [`/v2/app/blobs/sha256:${'0'.repeat(64)}`, 404, 'BLOB_UNKNOWN'],
    ['/v2/UPPER/tags/list', 400, 'NAME_INVALID'],
  ])('answers %s with %d %s', async (path, status, code) => {
    const registry = await start();
    registry.pushImage({ repository: 'app', tag: '1' });
    const reply = await fetch(`${registry.url}${path}`);
    expect(reply.status).toBe(status);
    expect(await reply.json()).toMatchObject({ errors: [{ code }] });
  });
});

describe('writing', () => {
  it('takes a push and keeps it over a restart', async () => {
    const root = await mkdtemp(join(tmpdir(), 'registry-'));
    const first = await start({ root });
    const digest = await pushArtifact(
      { registry: first.url, repository: 'app', tag: '2.0.0' },
      buildImage({ content: 'two', platforms: ['linux/amd64', 'linux/arm64'] }),
    );
    await first.close();
    open.splice(open.indexOf(first), 1);

    const second = await start({ root });
    expect(second.listTags('app')).toEqual(['2.0.0']);
    expect(second.resolve('app', '2.0.0')).toBe(digest);
    const reply = await fetch(`${second.url}/v2/app/manifests/2.0.0`);
    expect(digestOf(await reply.text())).toBe(digest);
    await rm(root, { recursive: true });
  });

  it('takes a blob in chunks, in order only', async () => {
    const registry = await start();
    const started = await fetch(`${registry.url}/v2/app/blobs/uploads/`, {
      method: 'POST',
    });
    const location = new URL(
      started.headers.get('location') ?? '',
      registry.url,
    );
    const patch = (body: string, range: string) =>
      fetch(location, {
        method: 'PATCH',
        headers: { 'content-range': range },
        body,
      });
    expect((await patch('hello ', '0-5')).headers.get('range')).toBe('0-5');
    expect((await patch('world', '9-13')).status).toBe(416);
    expect((await patch('world', '6-10')).status).toBe(202);
    location.searchParams.set('digest', digestOf('hello world'));
    const done = await fetch(location, { method: 'PUT' });
    expect(done.status).toBe(201);
    const part = await fetch(
      `${registry.url}/v2/app/blobs/${digestOf('hello world')}`,
      { headers: { range: 'bytes=6-' } },
    );
    expect([part.status, await part.text()]).toEqual([206, 'world']);
  });

  it('refuses content that does not match its digest', async () => {
    const registry = await start();
    const reply = await fetch(
      `${registry.url}/v2/app/blobs/uploads/?digest=${digestOf('other')}`,
      { method: 'POST', body: 'content' },
    );
    expect(reply.status).toBe(400);
    const manifest = await fetch(`${registry.url}/v2/app/manifests/1`, {
      method: 'PUT',
      body: JSON.stringify({ layers: [{ digest: digestOf('missing') }] }),
    });
    expect(await manifest.json()).toMatchObject({
      errors: [{ code: 'MANIFEST_BLOB_UNKNOWN' }],
    });
  });

  it('takes a chart as Helm pushes it', async () => {
    const registry = await start();
    const archive = await packageChart({ name: 'web', version: '1.0.0+b1' });
    registry.pushChart({
      repository: 'charts/web',
      metadata: { name: 'web', version: '1.0.0+b1' },
      archive,
    });
    expect(registry.listTags('charts/web')).toEqual(['1.0.0_b1']);
  });
});

describe('authentication', () => {
  it('asks for Basic credentials', async () => {
    const registry = await start({
      auth: { kind: 'basic', username: 'u', password: 'p' },
    });
    const asked = await fetch(`${registry.url}/v2/`);
    expect(asked.status).toBe(401);
    expect(asked.headers.get('www-authenticate')).toMatch(/^Basic realm=/);
    const allowed = await fetch(`${registry.url}/v2/`, {
      headers: { authorization: basic('u', 'p') },
    });
    expect(allowed.status).toBe(200);
  });

  const askToken = async (
    registry: OciRegistry,
    scope: string,
    authorization?: string,
  ) => {
    const reply = await fetch(
      `${registry.url}/token?service=test-registry&scope=${scope}`,
      { headers: authorization ? { authorization } : {} },
    );
    return reply.ok
      ? ((await reply.json()) as { token: string }).token
      : reply.status;
  };

  it('sends clients to the token endpoint and checks what the token allows', async () => {
    const registry = await start({
      auth: { kind: 'token', username: 'u', password: 'p' },
    });
    registry.pushImage({ repository: 'app', tag: '1' });
    const url = `${registry.url}/v2/app/tags/list`;
    const challenge = (await fetch(url)).headers.get('www-authenticate');
    expect(challenge).toBe(
      `Bearer realm="${registry.url}/token",service="test-registry",scope="repository:app:pull"`,
    );
    expect(await askToken(registry, 'repository:app:pull')).toBe(401);
    expect(
      await askToken(registry, 'repository:app:pull', basic('u', 'no')),
    ).toBe(401);

    const token = await askToken(
      registry,
      'repository:app:pull',
      basic('u', 'p'),
    );
    const authorization = `Bearer ${token}`;
    expect((await fetch(url, { headers: { authorization } })).status).toBe(200);
    const other = await fetch(`${registry.url}/v2/other/tags/list`, {
      headers: { authorization },
    });
    expect(other.headers.get('www-authenticate')).toContain(
      'error="insufficient_scope"',
    );
  });

  it('gives anonymous clients tokens to read', async () => {
    const registry = await start({
      auth: {
        kind: 'token',
        username: 'u',
        password: 'p',
        anonymousPull: true,
      },
    });
    registry.pushImage({ repository: 'app', tag: '1' });
    const token = await askToken(registry, 'repository:app:pull,push');
    const headers = { authorization: `Bearer ${token}` };
    const read = await fetch(`${registry.url}/v2/app/tags/list`, { headers });
    expect(read.status).toBe(200);
    const write = await fetch(`${registry.url}/v2/app/blobs/uploads/`, {
      method: 'POST',
      headers,
    });
    expect(write.status).toBe(401);
  });
});

describe('faults', () => {
  it('throttles as long as told', async () => {
    const registry = await start();
    registry.pushImage({ repository: 'app', tag: '1' });
    registry.faults.add(
      { kind: 'status', status: 429, headers: { 'retry-after': '1' } },
      { route: 'tags', times: 2 },
    );
    const url = `${registry.url}/v2/app/tags/list`;
    const replies = [await fetch(url), await fetch(url), await fetch(url)];
    expect(replies.map(reply => reply.status)).toEqual([429, 429, 200]);
    expect(replies[0].headers.get('retry-after')).toBe('1');
  });

  it('truncates, corrupts and slows bodies', async () => {
    const registry = await start();
    registry.pushImage({ repository: 'app', tag: '1' });
    const url = `${registry.url}/v2/app/manifests/1`;
    const whole = await (await fetch(url)).text();

    registry.faults.add({ kind: 'truncate', afterBytes: 20 });
    await expect(fetch(url).then(reply => reply.text())).rejects.toThrow();

    registry.faults.add({ kind: 'corrupt' });
    const corrupt = await (await fetch(url)).text();
    expect(corrupt).toHaveLength(whole.length);
    expect(corrupt).not.toBe(whole);

    registry.faults.add({ kind: 'slow', bytesPerSecond: whole.length * 5 });
    expect(await (await fetch(url)).text()).toBe(whole);
  });

  it('never ends a list, lies about a digest and redirects', async () => {
    const registry = await start();
    const digest = registry.pushImage({ repository: 'app', tag: '1' });
    registry.faults.add({ kind: 'endlessPages' }, { route: 'tags', times: 3 });
    const listed = await allTags(registry, 'app', 1);
    expect(listed.pages).toBe(4);

    registry.faults.add({ kind: 'wrongDigest' });
    const url = `${registry.url}/v2/app/manifests/1`;
    const lying = await fetch(url, { method: 'HEAD' });
    expect(lying.headers.get('docker-content-digest')).not.toBe(digest);

    const other = await start();
    registry.faults.add({ kind: 'redirect', location: `${other.url}/v2/` });
    await fetch(url);
    expect(other.stats().byRoute).toEqual({ ping: 1 });
    expect(registry.stats().byRoute).toEqual({ tags: 4, manifest: 2 });
  });
});
