import { mockServices } from '@backstage/backend-test-utils';
import { Entity } from '@backstage/catalog-model';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import { FakeClock } from '../../testing/FakeClock';
import { CatalogLinkedEntities } from './CatalogLinkedEntities';
import { mockLogger } from '../../testing/mockLogger';

function entity(
  name: string,
  owner: string | undefined,
  annotations: Record<string, string>,
): Entity {
  return {
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'Component',
    metadata: { name, annotations },
    relations: owner
      ? [
          { type: 'ownedBy', targetRef: owner },
          { type: 'partOf', targetRef: 'system:default/shop' },
        ]
      : [],
  };
}

function link(project: string, stages?: string) {
  return {
    'kargo.akuity.io/project': project,
    ...(stages && { 'kargo.akuity.io/stages': stages }),
  };
}

function setup(entities: Entity[]) {
  const clock = FakeClock.create();
  const catalog = catalogServiceMock({ entities });
  const streamEntities = jest.spyOn(catalog, 'streamEntities');
  const linked = CatalogLinkedEntities.create({
    catalog,
    auth: mockServices.auth(),
    clock,
    logger: mockLogger(),
    ttlMs: 1000,
  });
  return { clock, streamEntities, linked };
}

describe('CatalogLinkedEntities', () => {
  const entities = [
    entity('web', 'group:default/Web', link('shop', 'web-*, test')),
    entity('api', 'group:default/api', link('shop', 'api-*')),
    entity('system', 'group:default/platform', link('store')),
    entity('till', 'group:default/till', link('store', 'till')),
    entity('orphan', undefined, link('lost')),
    entity('other', 'group:default/other', {}),
  ];

  const confirming = (name: string, confirmed?: string) => ({
    metadata: {
      name,
      ...(confirmed && {
        annotations: { 'kargo.akuity.io/entities': confirmed },
      }),
    },
  });
  const shop = confirming('shop', 'component:default/*');
  const store = confirming('store', 'component:default/*');

  it.each([
    ['shop', 'web-prod', ['group:default/web']],
    ['shop', 'test', ['group:default/web']],
    ['shop', 'qa', []],
    ['shop', undefined, ['group:default/api', 'group:default/web']],
    ['store', 'till', ['group:default/platform', 'group:default/till']],
    ['store', 'prod', ['group:default/platform']],
    ['store', undefined, ['group:default/platform']],
    ['lost', undefined, []],
    ['unknown', 'prod', []],
  ])('knows the owners of %s/%s', async (project, stage, owners) => {
    const { linked } = setup(entities);
    expect(
      await linked.ownersOf(
        confirming(project, 'component:default/*'),
        stage === undefined ? undefined : confirming(stage),
      ),
    ).toEqual(owners);
  });

  it('gives nothing to an entity that nobody confirms, and names it', async () => {
    const { linked } = setup(entities);
    const unconfirming = confirming('store', 'component:default/till');
    expect(await linked.ownersOf(confirming('store'))).toEqual([]);
    expect(await linked.ownersOf(unconfirming)).toEqual(['group:default/till']);
    expect(await linked.ownersOf(unconfirming, confirming('prod'))).toEqual([]);
    expect(await linked.unconfirmedClaims(unconfirming, [])).toEqual([
      {
        entity: 'component:default/system',
        owners: ['group:default/platform'],
      },
    ]);
  });

  it('asks the catalog once for many questions, and again when the answer is old', async () => {
    const { linked, clock, streamEntities } = setup(entities);
    await Promise.all([linked.ownersOf(shop), linked.ownersOf(store)]);
    await linked.ownersOf(shop, confirming('test'));
    expect(streamEntities).toHaveBeenCalledTimes(1);
    // How old the answer is does not depend on what the clock is set to.
    clock.jump(-3_600_000);
    await clock.advance(1000);
    await linked.ownersOf(shop);
    expect(streamEntities).toHaveBeenCalledTimes(2);
    clock.jump(7_200_000);
    await linked.ownersOf(shop);
    expect(streamEntities).toHaveBeenCalledTimes(2);
  });

  it('keeps the last answer while the catalog fails', async () => {
    const { linked, clock, streamEntities } = setup(entities);
    await linked.ownersOf(shop);
    streamEntities.mockImplementation(() => {
      throw new Error('down');
    });
    await clock.advance(1000);
    expect(await linked.ownersOf(store)).toEqual(['group:default/platform']);
  });

  it('says so when the catalog never answered', async () => {
    const { linked, streamEntities } = setup(entities);
    streamEntities.mockImplementation(() => {
      throw new Error('down');
    });
    await expect(linked.ownersOf(shop)).rejects.toMatchObject({
      name: 'ServiceUnavailableError',
    });
  });
});
