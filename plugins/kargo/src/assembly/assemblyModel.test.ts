import { Warehouse } from 'backstage-plugin-kargo-common';
import { aFreight, aWarehouse } from '../../dev/testing/builders';
import {
  assemblySlots,
  emptySubscriptions,
  findSameFreight,
  firstPick,
  freightManifest,
  pickedContent,
} from './assemblyModel';

const REPO = 'https://git.example.com/web.git';

function found(): Warehouse {
  return aWarehouse('web', {
    discoveredArtifacts: {
      discoveredAt: '2026-03-01T11:00:00Z',
      images: [
        {
          repoURL: 'registry.example.com/web',
          references: [
            { tag: '1.2.0', digest: 'sha256:1.2.0', createdAt: '2026-02-28' },
            { tag: '1.1.0', digest: 'sha256:1.1.0' },
          ],
        },
      ],
      git: [
        {
          repoURL: REPO,
          commits: [
            { id: 'abcdef123', subject: 'Fix it', author: 'Ana' },
            { id: '999999999', subject: 'Break it' },
          ],
        },
      ],
      charts: [
        { repoURL: 'https://charts.example.com', name: 'db', versions: ['2'] },
      ],
      results: [
        {
          name: 'flags',
          artifactReferences: [
            { artifactType: 'x', subscriptionName: 'flags', version: '7' },
          ],
        },
      ],
    },
  });
}

describe('assembling Freight', () => {
  it('offers the versions of every subscription, best first', () => {
    expect(
      assemblySlots(found()).map(({ kind, source, choices }) => [
        kind,
        source,
        choices.map(({ artifact }) => artifact.version),
      ]),
    ).toEqual([
      ['image', 'registry.example.com/web', ['1.2.0', '1.1.0']],
      ['chart', 'https://charts.example.com/db', ['2']],
      ['commit', REPO, ['abcdef1', '9999999']],
      ['artifact', 'flags', ['7']],
    ]);
  });

  it('offers nothing before the Warehouse has looked', () => {
    expect(assemblySlots(aWarehouse('web'))).toEqual([]);
  });

  it('takes the best of everything at first, and makes of it what the engine would', () => {
    const slots = assemblySlots(found());
    const content = pickedContent(slots, firstPick(slots));
    expect(freightManifest(found(), content, 'calm-heron')).toEqual({
      apiVersion: 'kargo.akuity.io/v1alpha1',
      kind: 'Freight',
      metadata: { namespace: 'shop' },
      alias: 'calm-heron',
      origin: { kind: 'Warehouse', name: 'web' },
      images: [
        {
          repoURL: 'registry.example.com/web',
          tag: '1.2.0',
          digest: 'sha256:1.2.0',
        },
      ],
      charts: [
        { repoURL: 'https://charts.example.com', name: 'db', version: '2' },
      ],
      commits: [
        {
          repoURL: REPO,
          id: 'abcdef123',
          message: 'Fix it',
          author: 'Ana',
        },
      ],
      artifacts: [
        { artifactType: 'x', subscriptionName: 'flags', version: '7' },
      ],
    });
  });

  it('lets the server draw a name when none is given', () => {
    expect(freightManifest(found(), {}, '')).not.toHaveProperty('alias');
  });

  it('begins with what the Freight holds that is cloned, also when nobody lists it any more', () => {
    const model = aFreight('f1', { version: '0.9.0' });
    const slots = assemblySlots(found(), model);
    expect(slots[0].choices.map(({ artifact }) => artifact.version)).toEqual([
      '1.2.0',
      '1.1.0',
      '0.9.0',
    ]);
    const { images, commits } = pickedContent(slots, firstPick(slots, model));
    expect(images?.map(({ tag }) => tag)).toEqual(['0.9.0']);
    expect(commits?.map(({ id }) => id)).toEqual(['abcdef123']);
  });

  it('offers a version that is listed and cloned only once', () => {
    const model = aFreight('f1', { version: '1.1.0' });
    const [images] = assemblySlots(found(), model);
    expect(images.choices).toHaveLength(2);
  });

  it('knows Freight that has exactly these artifacts, of this Warehouse', () => {
    const same = aFreight('f1', { version: '1.1.0' });
    const other = aFreight('f2', { version: '1.1.0', warehouse: 'api' });
    const content = { images: same.images };
    const all = [aFreight('f3', { version: '1.2.0' }), other, same];
    expect(findSameFreight(all, 'web', content)).toBe(same);
    expect(findSameFreight(all, 'api', content)).toBeUndefined();
  });

  it('names the subscriptions that found nothing', () => {
    const warehouse = found();
    warehouse.status!.discoveredArtifacts!.git![0].commits = [];
    expect(emptySubscriptions(warehouse)).toEqual([REPO]);
    expect(emptySubscriptions(found())).toEqual([]);
  });
});
