import { FreightContent } from './assembleFreight';
import { freightName } from './freightName';

function digest(digit: string): string {
  return `sha256:${digit.repeat(64)}`;
}

function fromWarehouse(
  name: string,
  content: Omit<FreightContent, 'origin'>,
): FreightContent {
  return { origin: { kind: 'Warehouse', name }, ...content };
}

const shopCommit = {
  repoURL: 'https://GitHub.com/acme/shop-config.git',
  id: '9c4f0a1b2c3d4e5f60718293a4b5c6d7e8f90a1b',
  branch: 'main',
};
const shopImage = {
  repoURL: 'ghcr.io/acme/shop',
  tag: '2.3.1',
  digest: digest('a'),
};

describe('freightName', () => {
  it.each([
    [
      'an image',
      fromWarehouse('guestbook', {
        images: [
          {
            repoURL: 'ghcr.io/acme/guestbook',
            tag: 'v1.0.0',
            digest: digest('1'),
          },
        ],
      }),
      'b224a7feec1061b3c55241c80b87a1e2db2e609f',
    ],
    [
      'a commit and an image, URL normalised',
      fromWarehouse('shop', { commits: [shopCommit], images: [shopImage] }),
      '981a3f72defad8aa1152f514fec7deeee7298e82',
    ],
    [
      'a commit found by tag',
      fromWarehouse('shop', {
        commits: [{ ...shopCommit, tag: 'v2.3.1' }],
        images: [shopImage],
      }),
      'c030caa33b5b179d6019a5be0c35e5e830119cfb',
    ],
    [
      'charts, a named subscription and a generic artifact',
      fromWarehouse('platform', {
        charts: [
          {
            repoURL: 'https://charts.bitnami.com/bitnami',
            name: 'redis',
            version: '19.6.0',
            subscriptionName: 'cache',
          },
          { repoURL: 'oci://ghcr.io/acme/charts/web', version: '1.4.2' },
        ],
        artifacts: [
          { artifactType: 'npm', subscriptionName: 'my-lib', version: '4.0.0' },
        ],
      }),
      '876ee0b1e6cfae2c0f211eac54c32e4326a6f646',
    ],
  ])('of %s', (_, content, name) => {
    expect(freightName(content)).toBe(name);
  });

  it.each([
    ['https://charts.example/a/../b', 'https://charts.example/b'],
    ['https://charts.example//b/./', 'https://charts.example/b'],
  ])('takes a chart at %s for one at %s', (one, other) => {
    const at = (repoURL: string) =>
      freightName(
        fromWarehouse('w', {
          charts: [{ repoURL, name: 'web', version: '1.0.0' }],
        }),
      );
    expect(at(one)).toBe(at(other));
  });

  it('depends on the name of the subscription that found an artifact', () => {
    const named = (subscriptionName?: string) =>
      freightName(
        fromWarehouse('w', {
          images: [
            { ...shopImage, ...(subscriptionName && { subscriptionName }) },
          ],
        }),
      );
    expect(new Set([named(), named('web'), named('api')]).size).toBe(3);
  });

  it('does not depend on branch, message, author or annotations', () => {
    const a = freightName(
      fromWarehouse('w', { commits: [shopCommit], images: [shopImage] }),
    );
    const b = freightName(
      fromWarehouse('w', {
        commits: [{ ...shopCommit, branch: 'dev', message: 'm', author: 'a' }],
        images: [{ ...shopImage, annotations: { x: 'y' } }],
      }),
    );
    expect(b).toBe(a);
  });
});
