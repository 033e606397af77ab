import { keyOf, Stage } from 'backstage-plugin-kargo-common';
import { Knex } from 'knex';
import { SqlResourceStore } from '../adapters/store/SqlResourceStore';
import { FakeClock } from '../testing/FakeClock';
import { openStore } from '../testing/openStore';
import { aStage } from '../testing/resourceBuilders';
import { ifUnchanged, writeOwnStatus } from './writeStatus';

jest.setTimeout(120_000);

describe('what is written of a resource that was read before', () => {
  let knex: Knex;
  let store: SqlResourceStore;
  let stage: Stage;

  beforeEach(async () => {
    const clock = FakeClock.create(Date.parse('2026-06-01T00:00:00Z'));
    ({ knex, store } = await openStore(clock));
    stage = await store.create(aStage({ status: { freightSummary: 'f0' } }));
  });

  afterEach(() => knex.destroy());

  const key = { kind: 'Stage', namespace: 'demo', name: 'test' } as const;
  const annotate = () =>
    store.patch(key, { metadata: { annotations: { 'a.example': 'b' } } });
  const summarize = (freightSummary: string) =>
    store.patchStatus(key, { freightSummary });

  it.each<[string, () => Promise<unknown>, string | undefined]>([
    ['nobody has written it', async () => {}, 'f1'],
    ['somebody asks for something', annotate, 'f1'],
    [
      'another attempt has written the status',
      () => summarize('f2'),
      undefined,
    ],
    ['it was written already, and no answer came', () => summarize('f1'), 'f1'],
    ['it is gone', () => store.delete(key), undefined],
    [
      'another one has its name',
      async () => {
        await store.delete(key);
        await store.create(aStage({ status: { freightSummary: 'f0' } }));
      },
      undefined,
    ],
  ])('of its status where %s', async (_, meanwhile, expected) => {
    await meanwhile();
    const written = await writeOwnStatus(store, stage, {
      freightSummary: 'f1',
    });
    expect(written?.status?.freightSummary).toBe(expected);
    const stored = await store.find(key);
    expect(stored?.status?.freightSummary === 'f1').toBe(written !== undefined);
  });

  it.each<[string, () => Promise<unknown>, boolean]>([
    ['nobody has written it', async () => {}, true],
    ['somebody asks for something', annotate, false],
    ['its status was written', () => summarize('f2'), false],
  ])('with others where %s', async (_, meanwhile, isWritten) => {
    await meanwhile();
    const { resourceVersion } = (await store.get(key)).metadata;
    const other = aStage({ metadata: { name: 'other' } });
    const outcome = await store
      .write([{ create: other }, ifUnchanged(stage)])
      .then(
        () => 'written',
        error => error.name,
      );
    expect(outcome).toBe(isWritten ? 'written' : 'ConflictError');
    const found = await store.find({ ...key, name: 'other' });
    expect(found !== undefined).toBe(isWritten);
    expect(
      (await store.get({ ...keyOf(stage), kind: 'Stage' })).metadata,
    ).toMatchObject({ resourceVersion });
  });
});
