import { StageStatus } from 'backstage-plugin-kargo-common';
import { AnyStep } from 'backstage-plugin-kargo-node';
import { Knex } from 'knex';
import { composeOutputStep } from '../../builtins/steps/compose-output/runner';
import { EngineHarness } from '../EngineHarness';
import {
  demoProject,
  demoStage,
  demoWarehouse,
  imageOf,
} from '../scenarioManifests';
import { ScriptedStep } from '../ScriptedStep';
import { createMemoryDatabase } from '../memoryDatabase';

jest.setTimeout(120_000);

const COMPUTING = '{uses: compose-output, config: {a: b}}';
const ACTING = '{uses: acting, config: {name: act}}';
const FILLING = '{uses: scripted, config: {name: fill}}';

describe('the writes of a Promotion', () => {
  let knex: Knex;
  let harness: EngineHarness;
  let script: ScriptedStep;

  beforeEach(async () => {
    knex = createMemoryDatabase();
    script = new ScriptedStep();
    harness = await EngineHarness.create({
      knex,
      steps: [composeOutputStep as AnyStep, script.step, script.acting],
    });
    harness.publish(imageOf('guestbook'), '1.0.0');
    await harness.apply(demoProject('none') + demoWarehouse('guestbook'));
    await harness.settle();
  });

  afterEach(() => harness.stop());

  const applyStage = (steps: string[]) =>
    harness.apply(
      demoStage(
        'test',
        { guestbook: '{direct: true}' },
        `[${steps.join(', ')}]`,
      ),
    );

  async function promote(steps: string[]): Promise<string> {
    await applyStage(steps);
    const [freight] = await harness.list('Freight');
    const { metadata } = await harness.promote('test', freight.metadata.name);
    return metadata.name;
  }

  const writesOf = async (name: string) =>
    (await knex('resource_changes').where({ kind: 'Promotion', name })).length;

  const creationOf = async (name: string): Promise<number> =>
    Number(
      (
        await knex('resource_changes')
          .where({ kind: 'Promotion', name })
          .orderBy('revision')
          .first()
      ).revision,
    );

  /** The Promotion that the Stage acknowledges, after each of its changes. */
  const changesOfStage = async () =>
    (
      await knex('resource_changes')
        .where({ kind: 'Stage', name: 'test' })
        .orderBy('revision')
    ).map(({ revision, status }) => ({
      revision: Number(revision),
      current: (JSON.parse(status ?? '{}') as StageStatus).currentPromotion
        ?.name,
    }));

  it.each([
    ['its creation, start and end, when its steps only compute', [], 3],
    ['one more before each step that acts on what came before', [ACTING], 4],
    ['two more where two act', [ACTING, COMPUTING, ACTING], 5],
    ['none more for steps that fill the folder', [FILLING, FILLING], 3],
    ['one more before one that acts on it', [FILLING, FILLING, ACTING], 4],
    [
      'one more after each step behind one that acts',
      [ACTING, FILLING, FILLING, ACTING],
      7,
    ],
  ])('are %s', async (_, more, writes) => {
    const name = await promote([COMPUTING, COMPUTING, ...more, COMPUTING]);
    await harness.settle();
    const { status } = await harness.get('Promotion', name);
    expect(status?.phase).toBe('Succeeded');
    expect(await writesOf(name)).toBe(writes);
  });

  it('let its Stage acknowledge it with its creation, and record its end', async () => {
    await applyStage([COMPUTING]);
    await harness.settle();
    const [freight] = await harness.list('Freight');
    const before = await changesOfStage();
    const { metadata } = await harness.promote('test', freight.metadata.name);
    await harness.settle();
    const changes = (await changesOfStage()).slice(before.length);
    expect(changes.at(0)).toMatchObject({
      // Of what is made together, each has the revision behind that of the one before.
      revision: (await creationOf(metadata.name)) + 1,
      current: metadata.name,
    });
    expect(changes.filter(({ current }) => current)).toHaveLength(1);
  });

  it('let its Stage look at it where another one runs or waits', async () => {
    let go: () => void = () => {};
    const held = new Promise<void>(resolve => {
      go = resolve;
    });
    script.plan('act', async () => {
      await held;
      return { kind: 'succeeded' };
    });
    const first = await promote([ACTING]);
    const [freight] = await harness.list('Freight');
    const others = [];
    for (let index = 0; index < 2; index++) {
      const made = await harness.promote('test', freight.metadata.name);
      others.push(made.metadata.name);
    }
    go();
    await harness.settle();
    const acknowledged = (await changesOfStage())
      .flatMap(({ current }) => current ?? [])
      .filter((name, index, all) => name !== all[index - 1]);
    expect(acknowledged).toEqual([first, ...others]);
  });

  it('make it all the same where somebody writes its Stage meanwhile', async () => {
    await promote([COMPUTING]);
    await harness.settle();
    const [freight] = await harness.list('Freight');
    const write = harness.store.write.bind(harness.store);
    jest.spyOn(harness.store, 'write').mockImplementationOnce(async writes => {
      await harness.refresh('Stage', 'test');
      return write(writes);
    });
    const { metadata } = await harness.promote('test', freight.metadata.name);
    await harness.settle();
    const { status } = await harness.get('Promotion', metadata.name);
    expect(status?.phase).toBe('Succeeded');
  });

  it('leave their Stage free when they are deleted before they begin', async () => {
    await applyStage([COMPUTING]);
    await harness.settle();
    const [freight] = await harness.list('Freight');
    let go: () => void = () => {};
    const held = new Promise<void>(resolve => {
      go = resolve;
    });
    const find = harness.store.find.bind(harness.store);
    // As where all slots of the engine are taken.
    jest.spyOn(harness.store, 'find').mockImplementation(async key => {
      await (key.kind === 'Promotion' ? held : undefined);
      return find(key);
    });
    const { metadata } = await harness.promote('test', freight.metadata.name);
    expect((await changesOfStage()).at(-1)?.current).toBe(metadata.name);
    await harness.store.delete({
      kind: 'Promotion',
      namespace: 'demo',
      name: metadata.name,
    });
    go();
    await harness.settle();
    expect((await changesOfStage()).at(-1)?.current).toBeUndefined();
  });

  it('tell what steps came to before the next one acts', async () => {
    let seen: unknown;
    script.plan('act', async ({ promotion }) => {
      const { status } = await harness.get('Promotion', promotion);
      seen = status?.state;
      return { kind: 'succeeded' };
    });
    await promote([
      '{uses: compose-output, as: one, config: {a: b}}',
      ACTING.replace('uses', 'as: two, uses'),
    ]);
    await harness.settle();
    expect(seen).toEqual({ one: { a: 'b' } });
  });

  it('tell its Stage at once which Freight is under way', async () => {
    let seen: unknown;
    script.plan('act', async () => {
      const { status } = await harness.get('Stage', 'test');
      seen = status?.currentPromotion?.freight?.name;
      return { kind: 'succeeded' };
    });
    const name = await promote([ACTING]);
    await harness.settle();
    const { spec } = await harness.get('Promotion', name);
    expect(seen).toBe(spec.freight);
  });
});
