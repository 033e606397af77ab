import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { buildImage, pushArtifact } from 'kargo-test';
import { UndiciHttpClient } from '../http/UndiciHttpClient';
import { OciRegistry } from './OciRegistry';

/**
 * The client against a registry that others wrote, Debian's `docker-registry`, wherever
 * that is installed.
 */
const binary = findProgram('docker-registry');
const describeWithRegistry = binary ? describe : describe.skip;

function findProgram(name: string): string | undefined {
  return (process.env.PATH ?? '')
    .split(delimiter)
    .map(folder => join(folder, name))
    .find(path => {
      try {
        accessSync(path, constants.X_OK);
        return true;
      } catch {
        // Not in this folder.
        return false;
      }
    });
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function startDockerRegistry(program: string) {
  const folder = await mkdtemp(join(tmpdir(), 'kargo-docker-registry-'));
  const port = await freePort();
  const config = join(folder, 'config.yml');
  await writeFile(
    config,
    [
      'version: 0.1',
      'log: {level: info}',
      'storage:',
      `  filesystem: {rootdirectory: ${join(folder, 'data')}}`,
      `http: {addr: '127.0.0.1:${port}'}`,
    ].join('\n'),
  );
  const child = spawn(program, ['serve', config], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const exited = once(child, 'exit');
  // Its log is read to the end: a closed pipe would end the registry.
  await new Promise<void>((resolve, reject) => {
    child.stderr.on('data', chunk => {
      if (String(chunk).includes('listening on')) resolve();
    });
    exited.then(() => reject(new Error('docker-registry ended')), reject);
  });
  return {
    host: `127.0.0.1:${port}`,
    async stop() {
      child.kill();
      await exited;
      await rm(folder, { recursive: true });
    },
  };
}

if (!binary) {
  // eslint-disable-next-line jest/no-disabled-tests, jest/expect-expect -- says in the report what was not run, and why
  it.skip('docker-registry is not installed here; install it to run these tests', () => {});
}

describeWithRegistry('OciRegistry against docker-registry', () => {
  let server: Awaited<ReturnType<typeof startDockerRegistry>>;
  let http: UndiciHttpClient;
  let registry: OciRegistry;

  beforeAll(async () => {
    server = await startDockerRegistry(binary ?? '');
    http = UndiciHttpClient.create({ egress: { allowLoopback: true } });
    registry = OciRegistry.create({
      http,
      clock: { now: () => 0, monotonic: () => 0, sleep: async () => {} },
      random: () => 0.5,
    });
  });

  afterAll(async () => {
    await http?.close();
    await server?.stop();
  });

  const push = (
    repository: string,
    tag: string,
    image: Parameters<typeof buildImage>[0],
  ) =>
    pushArtifact(
      { registry: `http://${server.host}`, repository, tag },
      buildImage(image),
    );

  it('reads a single image', async () => {
    const digest = await push('team/web', '1.0.0', {
      annotations: { 'org.opencontainers.image.title': 'web' },
      labels: { l: 'm' },
      created: '2026-01-02T03:04:05Z',
    });
    const web = { repoURL: `${server.host}/team/web` };
    await expect(registry.resolveTag(web, '1.0.0')).resolves.toEqual({
      digest,
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
    });
    const manifest = await registry.getManifest(web, '1.0.0');
    expect(manifest).toMatchObject({
      kind: 'image',
      digest,
      annotations: { 'org.opencontainers.image.title': 'web' },
    });
    const config = manifest?.kind === 'image' ? manifest.configDigest : '';
    await expect(registry.getConfig(web, config ?? '')).resolves.toMatchObject({
      created: '2026-01-02T03:04:05Z',
      labels: { l: 'm' },
    });
  });

  it.each([false, true])('reads an index (docker: %p)', async docker => {
    const digest = await push(`multi-${docker}`, '1', {
      docker,
      platforms: ['linux/amd64', 'linux/arm64'],
    });
    const repository = { repoURL: `${server.host}/multi-${docker}` };
    const manifest = await registry.getManifest(repository, '1');
    expect(manifest).toMatchObject({ kind: 'index', digest });
    const entries = manifest?.kind === 'index' ? manifest.entries : [];
    expect(entries.map(entry => entry.platform?.architecture)).toEqual([
      'amd64',
      'arm64',
    ]);
    await expect(
      registry.getManifest(repository, entries[0].digest),
    ).resolves.toMatchObject({ kind: 'image', digest: entries[0].digest });
  });

  it('lists tags, and none of what does not exist', async () => {
    for (const tag of ['b', 'a', 'c']) await push('lists', tag, {});
    const tags = await registry.listTags({ repoURL: `${server.host}/lists` });
    expect(tags.sort()).toEqual(['a', 'b', 'c']);
    await expect(
      registry.listTags({ repoURL: `${server.host}/none` }),
    ).rejects.toThrow(/none does not exist at .*; check the name/);
    await expect(
      registry.resolveTag({ repoURL: `${server.host}/lists` }, 'gone'),
    ).resolves.toBeUndefined();
  });
});
