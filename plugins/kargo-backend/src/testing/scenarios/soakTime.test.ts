import { EngineHarness } from '../EngineHarness';
import {
  demoProject,
  demoStage,
  demoWarehouse,
  imageOf,
} from '../scenarioManifests';

jest.setTimeout(120_000);

const MINUTE = 60_000;
// Not a multiple of the periodic look of five minutes.
const PIPELINE = [
  demoProject('prod'),
  demoWarehouse('guestbook'),
  demoStage('uat', { guestbook: '{direct: true}' }),
  demoStage('prod', { guestbook: '{stages: [uat], requiredSoakTime: 62m}' }),
].join('');

describe('soak time', () => {
  let harness: EngineHarness;
  let first: string;
  let second: string;

  const inProd = async () =>
    (await harness.get('Stage', 'prod')).status?.freightHistory?.map(
      ({ items }) => Object.values(items)[0].name,
    ) ?? [];
  const soakInUat = async (name: string) =>
    (await harness.get('Freight', name)).status?.verifiedIn?.uat.longestSoak;
  const publish = async (tag: string) => {
    harness.publish(imageOf('guestbook'), tag);
    await harness.refresh('Warehouse', 'guestbook');
    await harness.settle();
    const all = await harness.list('Freight');
    return all.find(({ images }) => images?.[0].tag === tag)!.metadata.name;
  };
  /** Lets time pass in steps in which the engine can look around. */
  const pass = async (minutes: number) => {
    for (let passed = 0; passed < minutes; passed++) {
      await harness.advance(MINUTE);
    }
  };
  const toUat = async (freight: string) => {
    await harness.promote('uat', freight);
    await harness.settle();
  };

  beforeEach(async () => {
    harness = await EngineHarness.create();
    await harness.apply(PIPELINE);
    first = await publish('1.0.0');
    await harness.advance(1_000);
    second = await publish('1.1.0');
    await toUat(first);
  });

  afterEach(() => harness.stop());

  it('promotes to the millisecond when the Freight has soaked', async () => {
    await pass(61);
    await harness.advance(59_999);
    expect(await inProd()).toEqual([]);
    await harness.advance(2);
    expect(await inProd()).toEqual([first]);
  });

  it('counts the longest single stay and never adds stays up', async () => {
    await pass(40);
    await toUat(second);
    expect(await soakInUat(first)).toBe('40m0s');
    await pass(20);
    await toUat(first);
    expect(await soakInUat(second)).toBe('20m0s');
    await pass(40);
    expect(await inProd()).toEqual([]);
    await expect(harness.promote('prod', first)).rejects.toThrow(
      /not available to Stage 'prod'.*soak/i,
    );
    await pass(23);
    expect(await inProd()).toEqual([first]);
  });

  it('does not start again when the same Freight is promoted onto itself', async () => {
    await pass(30);
    await toUat(first);
    await pass(33);
    expect(await inProd()).toEqual([first]);
  });

  it('is not asked of approved Freight', async () => {
    await pass(10);
    await harness.store.patchStatus(
      { kind: 'Freight', namespace: 'demo', name: second },
      { approvedFor: { prod: { approvedAt: '2026-01-01T00:10:00Z' } } },
    );
    await harness.settle();
    expect(await inProd()).toEqual([second]);
  });
});
