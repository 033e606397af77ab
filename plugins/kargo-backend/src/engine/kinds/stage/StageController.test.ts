import { FINALIZER, keyOf } from 'backstage-plugin-kargo-common';
import { Knex } from 'knex';
import { SqlResourceStore } from '../../../adapters/store/SqlResourceStore';
import { toTimestamp } from '../../../logic/timestamps';
import { Verifier } from '../../../ports/Verifier';
import { FakeClock } from '../../../testing/FakeClock';
import { openStore } from '../../../testing/openStore';
import {
  aFreight,
  aPromotion,
  aStage,
  metadataOf,
} from '../../../testing/resourceBuilders';
import { StageController } from './StageController';
import { mockLogger } from '../../../testing/mockLogger';

jest.setTimeout(120_000);

const NOW = Date.parse('2026-06-01T00:00:00Z');

const noVerifier = {} as Verifier;

describe('a look at a Stage', () => {
  let knex: Knex;
  let store: SqlResourceStore;

  beforeEach(async () => {
    const clock = FakeClock.create(NOW);
    ({ knex, store } = await openStore(clock));
  });

  afterEach(() => knex.destroy());

  it('lets the Promotion run that it makes, without another look', async () => {
    await store.create({
      apiVersion: 'kargo.akuity.io/v1alpha1',
      kind: 'ProjectConfig',
      metadata: metadataOf('demo'),
      spec: {
        promotionPolicies: [
          { stageSelector: { name: 'test' }, autoPromotionEnabled: true },
        ],
      },
    });
    await store.create(aFreight('f1'));
    const stage = await store.create(
      aStage({ metadata: { finalizers: [FINALIZER] } }),
    );
    const controller = StageController.create({
      store,
      promotions: {
        createForAutomation: (_, freight) =>
          store.create(
            aPromotion('test.1', { freight, status: { phase: 'Pending' } }),
          ),
        retry: () => Promise.reject(new Error('nobody retries')),
      },
      healthCheckers: new Map(),
      verifier: noVerifier,
      events: {
        publish: async () => {},
        publishWith: writes => store.write(writes),
      },
      ids: { uuid: () => 'id', ulid: () => '01J0000000000000000000000A' },
      logger: mockLogger(),
    });
    await controller.reconcile(keyOf(stage), {
      nowMs: NOW,
      now: toTimestamp(NOW),
      signal: new AbortController().signal,
      attempts: 0,
      queueDelayMs: 0,
    });
    expect(
      (await store.get({ ...keyOf(stage), kind: 'Stage' })).status,
    ).toMatchObject({ currentPromotion: { name: 'test.1' } });
    expect(
      (await store.list('Promotion', { namespace: 'demo' })).items,
    ).toHaveLength(1);
  });
});
