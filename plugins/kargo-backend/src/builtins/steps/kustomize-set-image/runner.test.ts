import { Image, JsonObject } from 'backstage-plugin-kargo-common';
import { ControlPlane } from 'backstage-plugin-kargo-node';
import { runStep } from 'backstage-plugin-kargo-node/testUtils';
import {
  mkdir,
  mkdtemp,
  readFile,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { execFile } from 'node:child_process';
import { unpackTools } from 'kargo-test';
import { parse } from 'yaml';
import { kustomizeSetImageStep } from './runner';

const plain = 'kind: Kustomization\n';

function controlPlane(requested: string[]): ControlPlane {
  return {
    setMetadata: async () => {},
    setFreightAlias: async () => {},
    listRequestedImages: async () => requested,
  };
}

describe('kustomize-set-image', () => {
  let workDir: string;
  const at = (name: string) => path.join(workDir, name);

  function run(
    config: JsonObject,
    options: { images?: Image[]; requested?: string[] } = {},
  ) {
    const origin = { kind: 'Warehouse' as const, name: 'main' };
    const reference = { name: 'f', origin, images: options.images };
    return runStep(kustomizeSetImageStep, config, {
      folder: workDir,
      freight: { id: 'c', items: { 'Warehouse/main': reference } },
      controlPlane: controlPlane(options.requested ?? []),
    });
  }

  beforeEach(async () => {
    workDir = await mkdtemp(path.join(tmpdir(), 'kargo-kustomize-'));
  });

  afterEach(() => rm(workDir, { recursive: true, force: true }));

  it('sets a named image', async () => {
    await writeFile(at('kustomization.yaml'), plain);
    const images = [{ image: 'nginx', tag: '1.21.0' }];
    await expect(run({ path: '.', images })).resolves.toEqual({
      kind: 'succeeded',
      output: {
        commitMessage: 'Updated . to use new image\n\n- nginx:1.21.0',
      },
    });
    await expect(readFile(at('kustomization.yaml'), 'utf8')).resolves.toBe(
      `${plain}images:\n- name: nginx\n  newTag: 1.21.0\n`,
    );
  });

  it.each([
    ['keep', 'images:\n\n  - name: nginx # web\n    newTag: v2\n'],
    ['rewrite', 'images:\n- name: nginx # web\n  newTag: v2\n'],
  ])('writes with the layout %s', async (layout, after) => {
    await writeFile(
      at('kustomization.yaml'),
      'images:\n\n  - name: nginx # web\n    newTag: v1\n',
    );
    const images = [{ image: 'nginx', tag: 'v2' }];
    await run({ path: '.', images, layout });
    await expect(readFile(at('kustomization.yaml'), 'utf8')).resolves.toBe(
      after,
    );
  });

  it('finds an entry by another name than the image', async () => {
    await mkdir(at('env'));
    await writeFile(at('env/Kustomization'), plain);
    const images = [
      {
        image: 'ghcr.io/acme/web',
        name: 'web',
        newName: 'ghcr.io/acme/web',
        tag: 'v1',
      },
    ];
    await run({ path: 'env', images });
    await expect(readFile(at('env/Kustomization'), 'utf8')).resolves.toBe(
      `${plain}images:\n- name: web\n  newName: ghcr.io/acme/web\n  newTag: v1\n`,
    );
  });

  it('sets every image of the Freight when none is named', async () => {
    await writeFile(at('kustomization.yml'), plain);
    const images = [
      { repoURL: 'redis', tag: '6.2.5' },
      { repoURL: 'nginx', digest: 'sha256:123' },
    ];
    await expect(
      run({ path: '.', images: [] }, { images, requested: ['nginx', 'redis'] }),
    ).resolves.toEqual({
      kind: 'succeeded',
      output: {
        commitMessage:
          'Updated . to use new images\n\n- nginx@sha256:123\n- redis:6.2.5',
      },
    });
  });

  it('writes an empty list and has no output without any image', async () => {
    await writeFile(at('kustomization.yaml'), plain);
    await expect(run({ path: '.' })).resolves.toEqual({ kind: 'succeeded' });
    await expect(readFile(at('kustomization.yaml'), 'utf8')).resolves.toBe(
      `${plain}images: []\n`,
    );
  });

  it('wants images named when two Warehouses subscribe to one', async () => {
    await writeFile(at('kustomization.yaml'), plain);
    await expect(
      run({ path: '.' }, { requested: ['a', 'b', 'a'] }),
    ).rejects.toThrow('manual configuration required');
    await expect(readFile(at('kustomization.yaml'), 'utf8')).resolves.toBe(
      plain,
    );
  });

  it('refuses two kustomizations in one folder, and none', async () => {
    const images = [{ image: 'a', tag: 'v1' }];
    await expect(run({ path: '.', images })).rejects.toThrow(
      'no kustomization in "."',
    );
    await writeFile(at('kustomization.yaml'), plain);
    await symlink('kustomization.yaml', at('kustomization.yml'));
    await expect(run({ path: '.', images })).resolves.toMatchObject({
      kind: 'succeeded',
    });
    await writeFile(at('Kustomization'), plain);
    await expect(run({ path: '.', images })).rejects.toThrow(
      'ambiguous kustomization in ".": Kustomization, kustomization.yaml',
    );
  });

  it.each<[JsonObject, string]>([
    [
      { image: 'a', newName: 'b' },
      'images.0: Must validate one and only one schema (oneOf): give exactly one of "tag" and "digest"',
    ],
    [
      { image: 'a', tag: 'v', digest: 'd' },
      'images.0: Must validate one and only one schema (oneOf): give exactly one of "tag" and "digest"',
    ],
    [
      { image: 'a', tag: 1.1 },
      'images.0.tag: Invalid type. Expected: string, given: number',
    ],
    [
      { image: 'a', tag: 'v', fromFreight: true },
      'images.0: Additional property fromFreight is not allowed',
    ],
  ])('refuses the image %j', async (image, problem) => {
    await expect(run({ path: '.', images: [image] })).resolves.toEqual({
      kind: 'failed',
      final: true,
      reason: `invalid kustomize-set-image config: ${problem}`,
    });
  });
});

describe('a kustomization written by kustomize-set-image', () => {
  let workDir: string;
  let kubectl: string;

  beforeAll(async () => {
    ({ kubectl } = await unpackTools());
  }, 60_000);

  beforeEach(async () => {
    workDir = await mkdtemp(path.join(tmpdir(), 'kargo-kustomize-'));
  });

  afterEach(() => rm(workDir, { recursive: true }));

  it.each<[JsonObject, string]>([
    [{ tag: '1.10' }, 'ghcr.io/acme/web:1.10'],
    [{ tag: 'v2', newName: 'mirror.corp/web' }, 'mirror.corp/web:v2'],
    [
      { digest: `sha256:${'a'.repeat(64)}` },
      `ghcr.io/acme/web@sha256:${'a'.repeat(64)}`,
    ],
  ])('means %j to Kustomize itself', async (image, expected) => {
    await writeFile(
      path.join(workDir, 'kustomization.yaml'),
      'resources:\n  - pod.yaml\nimages: [] # none yet\n',
    );
    await writeFile(
      path.join(workDir, 'pod.yaml'),
      'apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers:\n  - {name: web, image: ghcr.io/acme/web}\n',
    );
    await runStep(
      kustomizeSetImageStep,
      { path: '.', images: [{ image: 'ghcr.io/acme/web', ...image }] },
      { folder: workDir },
    );
    const built = await promisify(execFile)(kubectl, ['kustomize', workDir]);
    expect(parse(built.stdout)).toMatchObject({
      spec: { containers: [{ image: expected }] },
    });
  });
});
