import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { packageChart } from './chartArchive';
import { startChartServer } from './chartServer';
import { startOciRegistry } from './ociRegistry';
import { type Tools, unpackTools } from './tools';
import { unpackOnce } from './unpackOnce';

const run = promisify(execFile);

describe('unpackOnce', () => {
  it('fills the folder once when many ask, and again after a failure', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'unpack-'));
    const target = join(folder, 'tool');
    await expect(
      unpackOnce(target, async () => {
        throw new Error('disk full');
      }),
    ).rejects.toThrow('disk full');
    expect(await readdir(folder)).toEqual([]);

    const fill = (staging: string) => writeFile(join(staging, 'f'), 'whole');
    await Promise.all([1, 2, 3].map(() => unpackOnce(target, fill)));
    expect(await readdir(folder)).toEqual(['tool']);
    expect(await readdir(target)).toEqual(['f']);
    await rm(folder, { recursive: true });
  });
});

describe('unpackTools', () => {
  let tools: Tools;
  let folder: string;
  beforeAll(async () => {
    tools = await unpackTools();
    folder = await mkdtemp(join(tmpdir(), 'tools-'));
  }, 300_000);
  afterAll(() => rm(folder, { recursive: true }));

  const helm = async (...args: string[]) => {
    const { stdout, stderr } = await run(tools.helm, args, {
      cwd: folder,
      env: { HOME: folder, PATH: process.env.PATH },
    });
    return `${stdout}${stderr}`;
  };

  it('brings Helm, which pulls from our chart server', async () => {
    const server = await startChartServer({
      auth: { username: 'u', password: 'p' },
    });
    await server.addChart({ name: 'web', version: '1.0.0' });
    await server.addChart({ name: 'web', version: '1.2.0' });
    const pull = ['pull', 'web', '--repo', server.url, '--username', 'u'];
    await helm(...pull, '--password', 'p', '--version', '^1.0.0');
    expect(await readdir(folder)).toContain('web-1.2.0.tgz');
    const rendered = await helm('template', 'mine', 'web-1.2.0.tgz');
    expect(rendered).toContain('version: "1.2.0"');
    await server.close();
  }, 300_000);

  it('brings Helm, which pushes to and pulls from our registry', async () => {
    const registry = await startOciRegistry();
    const archive = await packageChart({ name: 'api', version: '0.3.0' });
    await writeFile(join(folder, 'api.tgz'), archive);
    const repository = `oci://${registry.host}/charts`;
    await helm('push', 'api.tgz', repository, '--plain-http');
    expect(registry.listTags('charts/api')).toEqual(['0.3.0']);

    registry.pushChart({
      repository: 'charts/own',
      metadata: { apiVersion: 'v2', name: 'own', version: '0.4.0' },
      archive: await packageChart({ name: 'own', version: '0.4.0' }),
    });
    await helm(
      'pull',
      `${repository}/own`,
      '--version',
      '0.4.0',
      '--plain-http',
    );
    expect(await readdir(folder)).toContain('own-0.4.0.tgz');
    await registry.close();
  }, 300_000);

  it('brings Kustomize inside kubectl', async () => {
    await writeFile(
      join(folder, 'kustomization.yaml'),
      'configMapGenerator:\n- name: c\n  literals: [a=b]\n',
    );
    const { stdout } = await run(tools.kubectl, ['kustomize', folder]);
    expect(stdout).toContain('a: b');
  }, 300_000);
});
