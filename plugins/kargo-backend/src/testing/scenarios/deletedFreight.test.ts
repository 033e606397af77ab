import { createStep } from 'backstage-plugin-kargo-node';
import { findCondition } from 'backstage-plugin-kargo-common';
import { z } from 'zod';
import { EngineHarness } from '../EngineHarness';
import {
  demoProject,
  demoStage,
  demoWarehouse,
  imageOf,
} from '../scenarioManifests';

jest.setTimeout(60_000);

describe('Freight that is deleted although a Stage needs it', () => {
  let harness: EngineHarness;
  let open: () => void;
  let entered: Promise<void>;

  beforeEach(async () => {
    let arrived: () => void = () => undefined;
    entered = new Promise(resolve => {
      arrived = resolve;
    });
    const gate = new Promise<void>(resolve => {
      open = resolve;
    });
    harness = await EngineHarness.create({
      steps: [
        createStep({
          id: 'gate',
          description: 'Waits for the test.',
          config: z.looseObject({}),
          async run() {
            arrived();
            await gate;
            return { kind: 'succeeded' };
          },
        }),
      ],
    });
    await harness.apply(
      [
        demoProject('test'),
        demoWarehouse('guestbook'),
        demoStage('test', { guestbook: '{direct: true}' }, '[{uses: gate}]'),
      ].join(''),
    );
  });

  afterEach(async () => {
    open();
    await harness.stop();
  });

  const publish = async (tag: string) => {
    harness.publish(imageOf('guestbook'), tag);
    await harness.refresh('Warehouse', 'guestbook');
  };
  const stage = async () => (await harness.get('Stage', 'test')).status ?? {};
  const remove = async () => {
    const [{ metadata }] = await harness.list('Freight');
    // Past admission, which would refuse it.
    await harness.store.delete({
      kind: 'Freight',
      namespace: 'demo',
      name: metadata.name,
    });
    return metadata.name;
  };

  it('does not stop the Stage: it says so, and takes the next version', async () => {
    await publish('1.0.0');
    await entered;
    const gone = await remove();
    open();
    await harness.settle();
    const without = await stage();
    expect(without.lastPromotion?.status?.phase).toBe('Succeeded');
    expect(findCondition(without, 'Ready')).toMatchObject({
      status: 'False',
      reason: 'FreightGone',
      message: expect.stringContaining(gone),
    });
    await harness.advance(1_000);
    await publish('1.1.0');
    await harness.settle();
    const after = await stage();
    expect(after.freightHistory).toHaveLength(2);
    expect(findCondition(after, 'Ready')?.status).toBe('True');
  });

  it('is noticed when it goes while the Stage holds it', async () => {
    open();
    await publish('1.0.0');
    await harness.settle();
    expect(findCondition(await stage(), 'Ready')?.status).toBe('True');
    await remove();
    await harness.settle();
    expect(findCondition(await stage(), 'Ready')?.reason).toBe('FreightGone');
  });

  it('is no error when it goes in the moment in which the Stage writes of it', async () => {
    open();
    const write = jest.spyOn(harness.store, 'write');
    const { write: original } = Object.getPrototypeOf(harness.store);
    write.mockImplementation(async writes => {
      const ofFreight = writes.find(
        one => 'patchStatus' in one && one.patchStatus.key.kind === 'Freight',
      );
      if (ofFreight) {
        write.mockRestore();
        await remove();
      }
      return original.call(harness.store, writes);
    });
    await publish('1.0.0');
    await harness.settle();
    expect(await harness.list('Freight')).toEqual([]);
    expect(harness.log).toEqual([]);
    expect(findCondition(await stage(), 'Ready')?.reason).toBe('FreightGone');
  });

  it('is no error when it goes while the Stage is deleted with it', async () => {
    open();
    await publish('1.0.0');
    await harness.settle();
    const list = jest.spyOn(harness.store, 'list');
    const { list: original } = Object.getPrototypeOf(harness.store);
    list.mockImplementation(async (kind, options) => {
      const page = await original.call(harness.store, kind, options);
      const isOfStage = JSON.stringify(options?.index)?.includes('relatedTo');
      if (isOfStage && page.items.length > 0) {
        list.mockRestore();
        await remove();
      }
      return page;
    });
    await harness.admission.delete(
      { kind: 'Stage', namespace: 'demo', name: 'test' },
      { actor: 'user:default/tester' },
    );
    await harness.settle();
    expect(await harness.list('Stage')).toEqual([]);
    expect(harness.log).toEqual([]);
  });
});
