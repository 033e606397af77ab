import { findDockerRegistry, startDockerRegistry } from './dockerRegistry';
import { buildImage, digestOf } from './ociArtifact';
import { pushArtifact } from './ociPush';
import { startOciRegistry } from './ociRegistry';

const program = findDockerRegistry();

/** What our registry must do like the real one, since tests believe it. */
describe.each([
  { name: 'our registry', start: () => startOciRegistry() },
  ...(program
    ? [{ name: 'docker-registry', start: () => startDockerRegistry(program) }]
    : []),
])('the protocol of $name', ({ start }) => {
  let registry: Awaited<ReturnType<typeof start>>;
  beforeAll(async () => {
    registry = await start();
  });
  afterAll(() => registry.close());

  const get = (path: string, init?: RequestInit) =>
    fetch(`${registry.url}/v2/${path}`, {
      ...init,
      headers: {
        accept: [
          'application/vnd.oci.image.manifest.v1+json',
          'application/vnd.oci.image.index.v1+json',
          'application/vnd.docker.distribution.manifest.v2+json',
          'application/vnd.docker.distribution.manifest.list.v2+json',
        ].join(', '),
      },
    });

  it.each([
    ['OCI', false],
    ['Docker', true],
  ])('takes and serves an index of %s media types', async (name, docker) => {
    const repository = `demo/${name.toLowerCase()}`;
    const artifact = buildImage({
      docker,
      platforms: ['linux/amd64', 'linux/arm64'],
    });
    const digest = await pushArtifact(
      { registry: registry.url, repository, tag: '1.0.0' },
      artifact,
    );
    const reply = await get(`${repository}/manifests/1.0.0`);
    expect(reply.status).toBe(200);
    expect(reply.headers.get('docker-content-digest')).toBe(digest);
    expect(reply.headers.get('content-type')).toBe(
      artifact.manifests[2].mediaType,
    );
    expect(digestOf(await reply.text())).toBe(digest);

    const head = await get(`${repository}/manifests/${digest}`, {
      method: 'HEAD',
    });
    expect(head.status).toBe(200);
    expect(head.headers.get('content-length')).toBe(
      String(artifact.manifests[2].content.length),
    );
    const blob = await get(`${repository}/blobs/${artifact.blobs[0].digest}`);
    expect(digestOf(await blob.text())).toBe(artifact.blobs[0].digest);
  });

  it('lists every tag to a client that follows links', async () => {
    const artifact = buildImage({ content: 'paged' });
    const tags = ['v2', 'v10', 'a', 'B'];
    for (const tag of tags) {
      await pushArtifact(
        { registry: registry.url, repository: 'paged', tag },
        artifact,
      );
    }
    const listed: string[] = [];
    let next: string | undefined = '/v2/paged/tags/list?n=3';
    while (next) {
      // Version 2 of the real one ignores `n` and answers with one page.
      const reply: Response = await fetch(new URL(next, registry.url));
      const page = (await reply.json()) as { name: string; tags: string[] };
      expect(page.name).toBe('paged');
      listed.push(...page.tags);
      next = /<([^>]+)>; rel="next"/.exec(reply.headers.get('link') ?? '')?.[1];
    }
    expect(listed.sort()).toEqual([...tags].sort());
  });

  it.each([
    ['none/tags/list', 404, 'NAME_UNKNOWN'],
    ['paged/manifests/none', 404, 'MANIFEST_UNKNOWN'],
    [`paged/blobs/sha256:${'0'.repeat(64)}`, 404, 'BLOB_UNKNOWN'],
  ])('answers %s with %d %s', async (path, status, code) => {
    const reply = await get(path);
    expect(reply.status).toBe(status);
    expect(await reply.json()).toMatchObject({ errors: [{ code }] });
  });

  it('refuses a blob that is not what its digest says', async () => {
    const started = await fetch(`${registry.url}/v2/paged/blobs/uploads/`, {
      method: 'POST',
    });
    expect(started.status).toBe(202);
    const url = new URL(started.headers.get('location') ?? '', registry.url);
    url.searchParams.set('digest', digestOf('other'));
    const reply = await fetch(url, { method: 'PUT', body: 'content' });
    expect(reply.status).toBe(400);
    expect(await reply.json()).toMatchObject({
      errors: [{ code: 'DIGEST_INVALID' }],
    });
  });

  it('refuses a manifest whose parts it lacks', async () => {
    const artifact = buildImage({ content: 'never pushed' });
    const reply = await fetch(`${registry.url}/v2/paged/manifests/bad`, {
      method: 'PUT',
      headers: { 'content-type': artifact.manifests[0].mediaType },
      body: new Uint8Array(artifact.manifests[0].content),
    });
    expect([400, 404]).toContain(reply.status);
    expect(await reply.json()).toMatchObject({
      errors: expect.arrayContaining([
        expect.objectContaining({ code: 'MANIFEST_BLOB_UNKNOWN' }),
      ]),
    });
  });
});
