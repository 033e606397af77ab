import { JsonObject } from 'backstage-plugin-kargo-common';
import { SecretText, StepFacts } from 'backstage-plugin-kargo-node';
import { OciRegistry, packageChart, startOciRegistry } from 'kargo-test';
import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import { StepHarness } from '../../../testing/StepHarness';
import { ociDownloadStep } from './runner';

describe('oci-download', () => {
  let harness: StepHarness;
  let registry: OciRegistry;
  const asked: string[] = [];

  beforeAll(async () => {
    harness = await StepHarness.start({ programs: {} });
    registry = await startOciRegistry({
      auth: { kind: 'token', username: 'robot', password: 'secret' },
    });
  });
  beforeEach(async () => {
    await harness.reset();
    asked.length = 0;
    harness.findCredentials = ({ type, repoURL }) => {
      asked.push(`${type} ${repoURL}`);
      return { username: 'robot', password: SecretText.of('secret') };
    };
  });
  afterAll(async () => {
    await harness.close();
    await registry.close();
  });

  const download = (
    reference: string,
    config: JsonObject = {},
    facts: Partial<StepFacts> = {},
  ) =>
    harness.run(
      ociDownloadStep,
      { imageRef: `${registry.host}/${reference}`, outPath: 'o', ...config },
      facts,
    );
  const layer = async () =>
    gunzipSync(await readFile(harness.at('o'))).toString();

  it('writes the first layer as it is stored', async () => {
    registry.pushImage({ repository: 'web', tag: '1', content: 'of one' });
    await expect(download('web:1')).resolves.toEqual({ kind: 'succeeded' });
    await expect(layer()).resolves.toContain('of one');
    expect(asked).toEqual([`image ${registry.host}/web`]);
  }, 60_000);

  it('takes the place of what it wrote itself before a crash', async () => {
    registry.pushImage({ repository: 'web', tag: '2', content: 'of two' });
    await download('web:2');
    await expect(
      download('web:2', {}, { mayFindOwnFiles: true }),
    ).resolves.toEqual({
      kind: 'succeeded',
    });
    await expect(layer()).resolves.toContain('of two');
  }, 60_000);

  it('takes the image for linux/amd64 out of an index', async () => {
    const platforms = ['linux/arm64', 'linux/amd64', 'windows/amd64'];
    const digest = registry.pushImage({
      repository: 'multi',
      tag: '1',
      platforms,
    });
    await expect(download('multi:1')).resolves.toEqual({ kind: 'succeeded' });
    await harness.reset();
    harness.findCredentials = () => ({
      username: 'robot',
      password: SecretText.of('secret'),
    });
    await expect(download(`multi@${digest}`)).resolves.toEqual({
      kind: 'succeeded',
    });
    registry.pushImage({
      repository: 'arm',
      tag: '1',
      platforms: ['linux/arm64', 'linux/arm/v7'],
    });
    await expect(download('arm:1', { allowOverwrite: true })).rejects.toThrow(
      'has no image for linux/amd64',
    );
  }, 60_000);

  it('brings a chart by its media type, with credentials for charts', async () => {
    const archive = await packageChart({ name: 'web', version: '1.0.0' });
    registry.pushChart({
      repository: 'charts/web',
      metadata: { apiVersion: 'v2', name: 'web', version: '1.0.0' },
      archive,
    });
    await download('', {
      imageRef: `oci://${registry.host}/charts/web:1.0.0`,
      mediaType: 'application/vnd.cncf.helm.chart.content.v1.tar+gzip',
    });
    expect(archive.equals(await readFile(harness.at('o')))).toBe(true);
    expect(asked).toEqual([`helm oci://${registry.host}/charts/web`]);
    await expect(
      download('charts/web:1.0.0', {
        allowOverwrite: true,
        mediaType: 'text/plain',
      }),
    ).rejects.toThrow('has no layer of media type "text/plain"');
  }, 60_000);

  it('does not write over a file unless told', async () => {
    registry.pushImage({ repository: 'web', tag: '2', content: 'two' });
    await harness.write({ o: 'old' });
    await expect(download('web:2')).rejects.toMatchObject({
      name: 'TerminalError',
    });
    await download('web:2', { allowOverwrite: true });
    await expect(layer()).resolves.toContain('two');
  }, 60_000);

  it('tells of what is not there, and of credentials that are refused', async () => {
    await expect(download('gone:1')).rejects.toThrow(/gone:1 does not exist/);
    harness.findCredentials = () => ({
      username: 'robot',
      password: SecretText.of('wrong'),
    });
    await expect(download('web:1')).rejects.toMatchObject({
      name: 'CredentialsRejectedError',
    });
  }, 60_000);

  it.each(
    (
      [
        { kind: 'status', status: 503 },
        { kind: 'reset' },
        { kind: 'truncate', afterBytes: 3 },
        { kind: 'corrupt' },
      ] as const
    ).flatMap(fault =>
      (['manifest', 'blob'] as const).map(route => ({ fault, route })),
    ),
  )(
    'calls a fault of the registry one that passes: %j',
    async ({ fault, route }) => {
      registry.pushImage({ repository: 'web', tag: '3', content: 'three' });
      const takeBack = registry.faults.always(fault, { route });
      await expect(download('web:3')).rejects.toMatchObject({
        name: 'UpstreamUnavailableError',
        message: expect.stringContaining(registry.host),
      });
      takeBack();
      await expect(download('web:3')).resolves.toEqual({ kind: 'succeeded' });
    },
    60_000,
  );

  it.each(['host/path', 'host/path:', '', 'host/a b:1'])(
    'refuses the reference %j',
    async imageRef => {
      await expect(download('', { imageRef })).resolves.toMatchObject({
        kind: 'failed',
        final: true,
      });
    },
    60_000,
  );
});
