import { FINALIZER, keyOf } from 'backstage-plugin-kargo-common';
import { Knex } from 'knex';
import { createUlidSource, createUuid } from '../../../adapters/system/ids';
import { SqlResourceStore } from '../../../adapters/store/SqlResourceStore';
import { toTimestamp } from '../../../logic/timestamps';
import { PromotionCreator } from '../../../ports/PromotionCreator';
import { StoreWrite } from '../../../ports/ResourceStore';
import { Verifier } from '../../../ports/Verifier';
import { FakeClock } from '../../../testing/FakeClock';
import { openStore } from '../../../testing/openStore';
import {
  aFreight,
  aStage,
  metadataOf,
} from '../../../testing/resourceBuilders';
import { Promotions } from '../../admission/Promotions';
import { writeStageDecision } from './applyStageDecision';
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

  /** A Stage to which Freight is promoted by itself, and what looks at it. */
  async function automatic() {
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
    const events = {
      publishWith: (writes: readonly StoreWrite[]) => store.write(writes),
    };
    const clock = FakeClock.create(NOW);
    const ids = { uuid: createUuid, ulid: createUlidSource({ clock }) };
    const controller = StageController.create({
      ...{ store, events, ids },
      promotions: Promotions.create({ store, events, ids, clock }),
      healthCheckers: new Map(),
      verifier: noVerifier,
      logger: mockLogger(),
    });
    return () =>
      controller.reconcile(keyOf(stage), {
        nowMs: NOW,
        now: toTimestamp(NOW),
        signal: new AbortController().signal,
        attempts: 0,
        queueDelayMs: 0,
      });
  }

  const promotions = async () => (await store.list('Promotion')).items;
  const current = async () =>
    (await store.get({ kind: 'Stage', namespace: 'demo', name: 'test' })).status
      ?.currentPromotion?.name;

  it('lets the Promotion run that it makes, without another look', async () => {
    const look = await automatic();
    await look();
    const [{ metadata }, ...more] = await promotions();
    expect(more).toEqual([]);
    expect(await current()).toBe(metadata.name);
  });

  it('writes nothing of Freight once another replica has looked after it', async () => {
    const stage = await store.create(aStage());
    const freight = await store.create(aFreight('f1'));
    await store.patchStatus(
      { kind: 'Stage', namespace: 'demo', name: 'test' },
      { freightSummary: 'f2' },
    );
    const writing = writeStageDecision(
      {
        store,
        promotions: {} as PromotionCreator,
        events: { publishWith: w => store.write(w) },
        ids: { uuid: createUuid, ulid: createUuid },
      },
      stage,
      {
        status: stage.status ?? {},
        effects: [
          {
            kind: 'write-freight',
            freight,
            status: { currentlyIn: { test: { since: toTimestamp(NOW) } } },
          },
        ],
        reasons: [],
      },
      { now: toTimestamp(NOW) },
    );
    await expect(writing).rejects.toMatchObject({ name: 'ConflictError' });
    expect(
      (await store.get({ ...keyOf(freight), kind: 'Freight' })).status,
    ).toBeUndefined();
  });

  it('makes no Promotion once another replica has looked after it', async () => {
    const look = await automatic();
    const write = store.write.bind(store);
    jest.spyOn(store, 'write').mockImplementation(async writes => {
      const isPromotion = writes.some(
        each => 'create' in each && each.create.kind === 'Promotion',
      );
      if (isPromotion) {
        jest.mocked(store.write).mockRestore();
        await look();
      }
      return write(writes);
    });
    await expect(look()).rejects.toMatchObject({ name: 'ConflictError' });
    const [{ metadata }, ...more] = await promotions();
    expect(more).toEqual([]);
    expect(await current()).toBe(metadata.name);
  });
});
