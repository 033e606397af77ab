import {
  ImageConfig,
  ImageIndexEntry,
  ImageManifest,
  ImageRegistry,
} from '../../../ports/ImageRegistry';
import { parsePlatform } from '../../../logic/selection/platform';
import { inspectImage } from './inspectImage';

const CREATED = 'org.opencontainers.image.created';

/** A registry that holds what it is given and writes down what it is asked for. */
function aRegistry(contents: Record<string, ImageManifest | ImageConfig>) {
  const asked: string[] = [];
  const find = async (_repository: unknown, digest: string) => {
    asked.push(digest);
    return contents[digest];
  };
  const registry = {
    listTags: async () => [],
    resolveTag: async () => undefined,
    getManifest: find,
    getConfig: find,
  } as ImageRegistry;
  return { registry, asked };
}

function anImage(
  digest: string,
  options: { annotations?: Record<string, string>; configType?: string } = {},
): ImageManifest {
  return {
    kind: 'image',
    digest,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    annotations: options.annotations ?? {},
    configDigest: `${digest}-config`,
    configMediaType:
      options.configType ?? 'application/vnd.oci.image.config.v1+json',
  };
}

function anEntry(
  digest: string,
  platform: string,
  annotations?: Record<string, string>,
): ImageIndexEntry {
  return {
    digest,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    platform: parsePlatform(platform),
    annotations,
  };
}

function anIndex(
  entries: ImageIndexEntry[],
  annotations: Record<string, string> = {},
): ImageManifest {
  return {
    kind: 'index',
    digest: 'index',
    mediaType: 'application/vnd.oci.image.index.v1+json',
    annotations,
    entries,
  };
}

async function inspect(
  manifest: ImageManifest,
  contents: Record<string, ImageManifest | ImageConfig> = {},
  platform?: string,
) {
  const { registry, asked } = aRegistry(contents);
  const inspection = await inspectImage('1', manifest, {
    registry,
    repository: { repoURL: 'ghcr.io/acme/web' },
    platform: platform ? parsePlatform(platform) : undefined,
    signal: new AbortController().signal,
  });
  const reference =
    inspection.kind === 'kept' ? inspection.reference : undefined;
  return { kind: inspection.kind, reference, asked };
}

describe('an index', () => {
  it('N16 is as old as its newest entry, where entries may say so themselves', async () => {
    const { reference, asked } = await inspect(
      anIndex([
        anEntry('a', 'linux/amd64', { [CREATED]: '2024-02-01T00:00:00Z' }),
        anEntry('b', 'linux/arm64'),
      ]),
      {
        a: anImage('a', {
          annotations: { [CREATED]: '2024-09-01T00:00:00Z' },
        }),
        b: anImage('b', {
          annotations: { [CREATED]: '2024-03-01T00:00:00Z' },
        }),
      },
    );
    expect(reference?.createdAt).toBe('2024-03-01T00:00:00Z');
    expect(asked).toEqual(['b']);
  });

  it('N15 that says how old it is makes all other questions needless', async () => {
    const { reference, asked } = await inspect(
      anIndex([anEntry('a', 'linux/amd64')], {
        [CREATED]: '2024-01-01T00:00:00Z',
      }),
    );
    expect(reference?.createdAt).toBe('2024-01-01T00:00:00Z');
    expect(asked).toEqual([]);
  });

  it('A14 of two equal platforms reports the annotations of the first', async () => {
    const { reference } = await inspect(
      anIndex(
        [
          anEntry('a', 'windows/amd64', { build: 'first', own: 'yes' }),
          anEntry('b', 'windows/amd64', { build: 'second' }),
        ],
        { build: 'index', top: 'yes' },
      ),
      { a: anImage('a') },
      'windows/amd64',
    );
    expect(reference).toEqual({
      tag: '1',
      digest: 'index',
      annotations: { build: 'first', own: 'yes', top: 'yes' },
    });
  });

  it('reports only its own annotations without a platform', async () => {
    const { reference } = await inspect(
      anIndex([anEntry('a', 'linux/amd64', { of: 'entry' })], { of: 'index' }),
      { a: anImage('a') },
    );
    expect(reference?.annotations).toEqual({ of: 'index' });
  });

  it.each([
    ['A12 without entries', []],
    ['A11 of attestations', [anEntry('a', 'unknown/unknown')]],
  ])('%s cannot be used', async (_name, entries) => {
    await expect(inspect(anIndex(entries))).rejects.toMatchObject({
      name: 'UpstreamUnavailableError',
      host: 'ghcr.io',
      message: expect.stringContaining('ghcr.io/acme/web:1 cannot be used'),
    });
  });

  it('of which a copy lacks some images is as old as the rest', async () => {
    const { reference } = await inspect(
      anIndex([anEntry('a', 'linux/amd64'), anEntry('b', 'linux/arm64')]),
      {
        b: anImage('b', {
          annotations: { [CREATED]: '2024-03-01T00:00:00Z' },
        }),
      },
    );
    expect(reference?.createdAt).toBe('2024-03-01T00:00:00Z');
  });

  it.each<[string, string | undefined, string[], string]>([
    ['all of its images', undefined, [], 'gone'],
    ['one of its images', undefined, ['b'], 'kept'],
    ['the image of the platform', 'linux/amd64', ['b'], 'gone'],
    ['the image of another platform', 'linux/arm64', ['b'], 'kept'],
  ])('that was robbed of %s', async (_, platform, left, kind) => {
    const found = await inspect(
      anIndex([anEntry('a', 'linux/amd64'), anEntry('b', 'linux/arm64')]),
      Object.fromEntries(left.map(digest => [digest, anImage(digest)])),
      platform,
    );
    expect(found.kind).toBe(kind);
  });

  it('in an index that was robbed of its image is gone with it', async () => {
    const inner = anIndex([anEntry('a', 'linux/amd64')]);
    await expect(
      inspect(anIndex([anEntry('inner', 'linux/amd64')]), { inner }),
    ).resolves.toMatchObject({ kind: 'gone' });
  });

  it('in an index is followed', async () => {
    const { reference } = await inspect(
      anIndex([anEntry('inner', 'linux/amd64')]),
      {
        inner: anIndex([anEntry('a', 'linux/amd64')]),
        a: anImage('a'),
        'a-config': { created: '2024-04-01T00:00:00Z', labels: {} },
      },
    );
    expect(reference?.createdAt).toBe('2024-04-01T00:00:00Z');
  });

  it('that contains itself is followed a few times and no more', async () => {
    const loop = anIndex([anEntry('loop', 'linux/amd64')]);
    const { reference, asked } = await inspect(loop, { loop });
    expect(reference).toEqual({ tag: '1', digest: 'index' });
    expect(asked).toEqual(['loop', 'loop', 'loop']);
  });
});

describe('a single image', () => {
  it('is not asked for its config when its annotation says enough', async () => {
    const { reference, asked } = await inspect(
      anImage('a', { annotations: { [CREATED]: '2024-01-01T00:00:00Z' } }),
    );
    expect(reference?.createdAt).toBe('2024-01-01T00:00:00Z');
    expect(asked).toEqual([]);
  });

  it('that is a signature or a chart has no config to ask for', async () => {
    const chart = anImage('a', {
      configType: 'application/vnd.cncf.helm.config.v1+json',
    });
    await expect(inspect(chart)).resolves.toMatchObject({
      kind: 'kept',
      reference: { tag: '1', digest: 'a' },
      asked: [],
    });
    await expect(inspect(chart, {}, 'linux/amd64')).resolves.toMatchObject({
      kind: 'dropped',
    });
  });

  it('whose config is missing has no age and no platform', async () => {
    await expect(inspect(anImage('a'))).resolves.toMatchObject({
      kind: 'kept',
      reference: { tag: '1', digest: 'a' },
    });
    await expect(
      inspect(anImage('a'), {}, 'linux/amd64'),
    ).resolves.toMatchObject({ kind: 'dropped' });
  });
});
