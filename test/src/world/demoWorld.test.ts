import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { readDemoSettings } from './demoSettings';
import { startDemoWorld } from './demoWorld';
import { freePort } from './postgres';

describe('readDemoSettings', () => {
  it('has defaults and reads the environment', () => {
    expect(readDemoSettings({})).toMatchObject({
      ports: { portal: 7007, git: 7030, registry: 7050, charts: 7080 },
      token: 'kargo-demo-token',
    });
    expect(
      readDemoSettings({
        KARGO_DEMO_STATE: '/var/demo',
        KARGO_DEMO_PORT: '0',
        KARGO_DEMO_GIT_PORT: '8001',
        KARGO_DEMO_TOKEN: 'other',
      }),
    ).toEqual({
      stateDir: '/var/demo',
      ports: { portal: 0, git: 8001, registry: 7050, charts: 7080 },
      token: 'other',
    });
    expect(() => readDemoSettings({ KARGO_DEMO_PORT: 'x' })).toThrow(
      "KARGO_DEMO_PORT must be a port number, not 'x'",
    );
  });
});

describe('startDemoWorld', () => {
  let stateDir: string;
  beforeEach(async () => {
    stateDir = await mkdtemp(join(tmpdir(), 'demo-'));
  });
  afterEach(() => rm(stateDir, { recursive: true, force: true }));

  it('puts the real addresses into repositories and manifests', async () => {
    const world = await startDemoWorld({ stateDir });
    const overlay = await world.git.readFile(
      'gitops',
      'main',
      'apps/guestbook/overlays/test/kustomization.yaml',
    );
    expect(overlay).toContain(`name: ${world.registry.host}/demo/guestbook`);
    const manifests = await world.manifests();
    expect(Object.keys(manifests).sort()).toEqual([
      'cache',
      'guestbook',
      'storefront',
    ]);
    for (const [project, text] of Object.entries(manifests)) {
      expect(text).not.toMatch(/:70[358]0\b/);
      const documents = parseAllDocuments(text).map(
        document =>
          document.toJS() as {
            kind: string;
            metadata: { name: string; namespace?: string };
          },
      );
      expect(documents[0]).toMatchObject({
        kind: 'Project',
        metadata: { name: project },
      });
      for (const { metadata } of documents.slice(1)) {
        expect(metadata.namespace).toBe(project);
      }
    }
    await world.close();
  });

  it('keeps what was pushed to it over a restart', async () => {
    const first = await startDemoWorld({ stateDir });
    first.registry.pushImage({ repository: 'demo/guestbook', tag: '1.4.0' });
    const head = await first.git.commit('gitops', {
      message: 'Change',
      files: { note: 'kept' },
    });
    await first.close();

    const second = await startDemoWorld({ stateDir });
    expect(second.registry.listTags('demo/guestbook')).toEqual([
      '1.0.0',
      '1.1.0',
      '1.2.0',
      '1.3.0-rc.1',
      '1.4.0',
    ]);
    expect(await second.git.resolve('gitops', 'main')).toBe(head);
    await second.close();
  });

  it('leaves nothing running when a port is taken', async () => {
    const taken = await startDemoWorld({ stateDir });
    const ports = { git: await freePort(), registry: taken.registry.port };
    const second = startDemoWorld({ stateDir, ports });
    await expect(second).rejects.toThrow('EADDRINUSE');
    await expect(fetch(`http://127.0.0.1:${ports.git}`)).rejects.toThrow();
    await taken.close();
  });
});
