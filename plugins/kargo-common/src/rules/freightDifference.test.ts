import { FreightReference } from '../model/references';
import {
  freightArtifacts,
  freightDifference,
  sourceName,
} from './freightDifference';

function freight(content: Partial<FreightReference>): FreightReference {
  return { name: 'f', origin: { kind: 'Warehouse', name: 'web' }, ...content };
}

function image(tag: string, digest = `sha256:${tag}`) {
  return { repoURL: 'registry.example/web', tag, digest };
}

describe('freightDifference', () => {
  it.each<[string, FreightReference | undefined, FreightReference, string[]]>([
    [
      'a new tag is a change',
      freight({ images: [image('1.0.0')] }),
      freight({ images: [image('1.1.0')] }),
      ['changed registry.example/web 1.0.0 → 1.1.0'],
    ],
    [
      'the same tag with another digest is a change',
      freight({ images: [image('latest', 'sha256:aaa')] }),
      freight({ images: [image('latest', 'sha256:bbb')] }),
      ['changed registry.example/web latest → latest'],
    ],
    [
      'everything is new when there was nothing',
      undefined,
      freight({ images: [image('1.0.0')] }),
      ['added registry.example/web – → 1.0.0'],
    ],
    [
      'artifacts that are gone are listed last',
      freight({
        charts: [{ repoURL: 'https://charts', name: 'web', version: '1' }],
        images: [image('1')],
      }),
      freight({ images: [image('1')] }),
      [
        'unchanged registry.example/web 1 → 1',
        'removed https://charts/web 1 → –',
      ],
    ],
    [
      'two subscriptions of one repository are kept apart',
      freight({
        commits: [
          { repoURL: 'https://git/a', id: '1111111111', subscriptionName: 'x' },
          { repoURL: 'https://git/a', id: '2222222222', subscriptionName: 'y' },
        ],
      }),
      freight({
        commits: [
          { repoURL: 'https://git/a', id: '1111111111', subscriptionName: 'x' },
          { repoURL: 'https://git/a', id: '3333333333', subscriptionName: 'y' },
        ],
      }),
      [
        'unchanged https://git/a 1111111 → 1111111',
        'changed https://git/a 2222222 → 3333333',
      ],
    ],
    [
      'artifacts of other kinds compare by version',
      freight({
        artifacts: [
          { artifactType: 'x/y', subscriptionName: 'model', version: '1' },
        ],
      }),
      freight({
        artifacts: [
          { artifactType: 'x/y', subscriptionName: 'model', version: '2' },
        ],
      }),
      ['changed model 1 → 2'],
    ],
  ])('%s', (_, from, to, expected) => {
    expect(
      freightDifference(from, to).map(
        row =>
          `${row.change} ${row.source} ${row.from?.version ?? '–'} → ${
            row.to?.version ?? '–'
          }`,
      ),
    ).toEqual(expected);
  });
});

describe('freightArtifacts', () => {
  it('calls a commit by its tag, and otherwise by seven characters of its id', () => {
    const [tagged, plain] = freightArtifacts({
      commits: [
        { repoURL: 'r1', id: '0123456789', tag: 'v1.2.3' },
        { repoURL: 'r2', id: '0123456789', message: 'Fix login\n\nLong text' },
      ],
    });
    expect(tagged.version).toBe('v1.2.3');
    expect(plain).toMatchObject({ version: '0123456', subject: 'Fix login' });
  });

  it('calls what a subscription with a name found by that name', () => {
    const content = {
      images: [{ ...image('1'), subscriptionName: 'web' }, image('2')],
      charts: [
        {
          repoURL: 'https://charts',
          name: 'app',
          version: '1',
          subscriptionName: 'chart',
        },
      ],
      commits: [
        { repoURL: 'https://git/a', id: '1111111111', subscriptionName: 'app' },
      ],
      artifacts: [
        { artifactType: 'x/y', subscriptionName: 'model', version: '1' },
      ],
    };
    const names = ['web', 'registry.example/web', 'chart', 'app', 'model'];
    expect(freightArtifacts(content).map(sourceName)).toEqual(names);
    expect(
      freightDifference(undefined, content).map(({ source, subscription }) =>
        sourceName({ source, ...(subscription && { subscription }) }),
      ),
    ).toEqual(names);
  });

  it('tells kinds apart, images first and others last', () => {
    const everything = {
      artifacts: [
        { artifactType: 'x/y', subscriptionName: 'it', version: '1' },
      ],
      commits: [{ repoURL: 'it', id: '1111111111' }],
      charts: [{ repoURL: 'it', version: '1' }],
      images: [{ repoURL: 'it', tag: '1' }],
    };
    expect(freightArtifacts(everything).map(({ kind }) => kind)).toEqual([
      'image',
      'chart',
      'commit',
      'artifact',
    ]);
    const keys = freightArtifacts(everything).map(({ key }) => key);
    expect(new Set(keys).size).toBe(4);
  });

  it('calls an untagged image by the start of its digest', () => {
    const [artifact] = freightArtifacts({
      images: [{ repoURL: 'r', digest: 'sha256:0123456789abcdef' }],
    });
    expect(artifact.version).toBe('0123456789ab');
  });
});
