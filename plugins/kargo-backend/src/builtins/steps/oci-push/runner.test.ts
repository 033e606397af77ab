import { JsonObject } from 'backstage-plugin-kargo-common';
import {
  DockerRegistry,
  findDockerRegistry,
  OciRegistry,
  startDockerRegistry,
  startOciRegistry,
} from 'kargo-test';
import { symlink, truncate } from 'node:fs/promises';
import { StepHarness } from '../../../testing/StepHarness';
import { ociPushStep } from './runner';

describe('oci-push', () => {
  let harness: StepHarness;
  let source: OciRegistry;
  let target: OciRegistry;

  beforeAll(async () => {
    harness = await StepHarness.start({ programs: {} });
    source = await startOciRegistry();
    target = await startOciRegistry();
  });
  beforeEach(async () => {
    await harness.reset();
    target.resetStats();
  });
  afterAll(async () => {
    await harness.close();
    await source.close();
    await target.close();
  });

  const push = (config: JsonObject) => harness.run(ociPushStep, config);
  const manifestOf = async (
    registry: { host: string },
    repository: string,
    reference: string,
  ) => {
    const answer = await fetch(
      `http://${registry.host}/v2/${repository}/manifests/${reference}`,
      {
        headers: {
          accept:
            'application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json',
        },
      },
    );
    return (await answer.json()) as Record<string, any>;
  };

  it.each<[string, string[] | undefined]>([
    ['an image', undefined],
    ['an index with all its images', ['linux/amd64', 'linux/arm64']],
  ])(
    'copies %s under the digest that it has',
    async (_, platforms) => {
      const digest = source.pushImage({
        repository: 'web',
        tag: '1',
        platforms,
        content: `copied ${platforms}`,
      });
      const destRef = `${target.host}/prod/web:1.4`;
      await expect(
        push({ srcRef: `${source.host}/web:1`, destRef }),
      ).resolves.toEqual({
        kind: 'succeeded',
        output: { image: destRef, digest, tag: '1.4' },
      });
      expect(target.resolve('prod/web', '1.4')).toBe(digest);
      const { manifests = [] } = await manifestOf(target, 'prod/web', '1.4');
      expect(manifests).toHaveLength(platforms?.length ?? 0);
    },
    60_000,
  );

  it('sends nothing again that is there', async () => {
    source.pushImage({ repository: 'again', tag: '1', content: 'again' });
    const config = {
      srcRef: `${source.host}/again:1`,
      destRef: `${target.host}/again:1`,
    };
    await push(config);
    const uploads = () => target.stats().byRoute.upload ?? 0;
    const first = uploads();
    await push(config);
    expect(first).toBeGreaterThan(0);
    expect(uploads()).toBe(first);
  }, 60_000);

  it('adds annotations to an index and to its images', async () => {
    source.pushImage({
      repository: 'noted',
      tag: '1',
      platforms: ['linux/amd64', 'linux/arm64'],
      annotations: { own: 'stays', twice: 'old' },
    });
    const outcome = await push({
      srcRef: `${source.host}/noted:1`,
      destRef: `${target.host}/noted:1`,
      annotations: { 'index:twice': 'new', 'manifest:a': '1', b: '2' },
    });
    const index = await manifestOf(target, 'noted', '1');
    expect(index.annotations).toEqual({ own: 'stays', twice: 'new' });
    expect(outcome).toMatchObject({
      output: { digest: target.resolve('noted', '1') },
    });
    for (const { digest } of index.manifests) {
      const image = await manifestOf(target, 'noted', digest);
      expect(image.annotations).toMatchObject({ a: '1', b: '2' });
    }
  }, 60_000);

  it('gives another tag within a repository without sending content', async () => {
    const digest = target.pushImage({ repository: 'same', tag: 'rc' });
    target.resetStats();
    await push({
      srcRef: `${target.host}/same:rc`,
      destRef: `${target.host}/same:final`,
    });
    expect(target.resolve('same', 'final')).toBe(digest);
    expect(target.stats().byRoute.upload ?? 0).toBe(0);
  }, 60_000);

  it('stores a file as an artifact of one layer', async () => {
    await harness.write({ 'a.tgz': 'the content' });
    const destRef = `oci://${target.host}/x:1`;
    const outcome = await push({
      srcPath: 'a.tgz',
      destRef,
      annotations: { 'index:a': '1', b: '2' },
    });
    expect(outcome).toEqual({
      kind: 'succeeded',
      output: {
        image: `${target.host}/x:1`,
        digest: target.resolve('x', '1'),
        tag: '1',
      },
    });
    const manifest = await manifestOf(target, 'x', '1');
    expect(manifest).toMatchObject({
      artifactType: 'application/vnd.unknown.artifact.v1',
      config: { mediaType: 'application/vnd.unknown.artifact.v1', size: 2 },
      layers: [
        {
          mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip',
          size: 'the content'.length,
        },
      ],
      annotations: { b: '2' },
    });
    const blob = await fetch(
      `http://${target.host}/v2/x/blobs/${manifest.layers[0].digest}`,
    );
    await expect(blob.text()).resolves.toBe('the content');
  }, 60_000);

  it('stores a file under the types that it is told', async () => {
    await harness.write({ 'a.tgz': 'x' });
    const artifactType = 'application/vnd.cncf.flux.config.v1+json';
    const mediaType = 'application/vnd.cncf.flux.content.v1.tar+gzip';
    await push({
      srcPath: 'a.tgz',
      destRef: `${target.host}/flux:1`,
      artifactType,
      mediaType,
    });
    await expect(manifestOf(target, 'flux', '1')).resolves.toMatchObject({
      artifactType,
      config: { mediaType: artifactType },
      layers: [{ mediaType }],
    });
  }, 60_000);

  it('stores a large file in pieces', async () => {
    await harness.write({ big: '' });
    await truncate(harness.at('big'), 20 * 1024 * 1024);
    await push({ srcPath: 'big', destRef: `${target.host}/big:1` });
    const { layers } = await manifestOf(target, 'big', '1');
    expect(layers[0].size).toBe(20 * 1024 * 1024);
  }, 60_000);

  it('stores no file of more than a gibibyte, also where there is something already', async () => {
    const destRef = `${target.host}/huge:1`;
    await harness.write({ small: 'x', huge: '' });
    await push({ srcPath: 'small', destRef });
    await truncate(harness.at('huge'), 1024 ** 3 + 1);
    const digest = target.resolve('huge', '1');
    await expect(push({ srcPath: 'huge', destRef })).rejects.toMatchObject({
      name: 'TerminalError',
    });
    expect(target.resolve('huge', '1')).toBe(digest);
  }, 60_000);

  it.each<[string, string, string]>([
    ['a path that leaves the folder', '../../etc/passwd', 'inside the work'],
    ['an absolute path', '/etc/passwd', 'inside the work folder'],
    ['a link', 'link', 'leads through a symbolic link'],
    ['a folder', 'dir', '"dir" is a directory; expected a file'],
    ['what is not there', 'gone', 'there is no file "gone"'],
  ])(
    'refuses %s for good',
    async (_, srcPath, message) => {
      await harness.write({ 'dir/f': 'x' });
      await symlink('dir/f', harness.at('link'));
      await expect(
        push({ srcPath, destRef: `${target.host}/refused:1` }),
      ).resolves.toMatchObject({
        kind: 'failed',
        final: true,
        reason: expect.stringContaining(message),
      });
      expect(target.listTags('refused')).toEqual([]);
    },
    60_000,
  );

  it.each<[string, JsonObject]>([
    ['both sources', { srcPath: 'a', srcRef: 'r/a:1', destRef: 'r/x:1' }],
    ['no source', { destRef: 'r/x:1' }],
    [
      'a digest as the destination',
      { srcPath: 'a', destRef: 'r/a@sha256:abc' },
    ],
  ])(
    'refuses %s',
    async (_, config) => {
      await expect(push(config)).resolves.toMatchObject({
        kind: 'failed',
        final: true,
      });
    },
    60_000,
  );

  it('tells of an artifact that is not there', async () => {
    await expect(
      push({ srcRef: `${source.host}/none:1`, destRef: `${target.host}/n:1` }),
    ).rejects.toThrow('/none:1 does not exist');
  }, 60_000);

  const program = findDockerRegistry();
  (program ? describe : describe.skip)(
    'to the registry of Distribution',
    () => {
      let real: DockerRegistry;
      beforeAll(async () => {
        real = await startDockerRegistry(program ?? '');
      }, 60_000);
      afterAll(() => real.close());

      it('copies an index, and stores a large file', async () => {
        const digest = source.pushImage({
          repository: 'real',
          tag: '1',
          platforms: ['linux/amd64', 'linux/arm64'],
        });
        const destRef = `${real.host}/a/real:1`;
        await expect(
          push({ srcRef: `${source.host}/real:1`, destRef }),
        ).resolves.toMatchObject({ output: { digest } });
        await harness.write({ big: '' });
        await truncate(harness.at('big'), 20 * 1024 * 1024);
        await push({ srcPath: 'big', destRef: `${real.host}/big:1` });
        const { layers } = await manifestOf(real, 'big', '1');
        expect(layers[0].size).toBe(20 * 1024 * 1024);
      }, 60_000);
    },
  );
});
