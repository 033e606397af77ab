import { ANNOTATIONS } from 'backstage-plugin-kargo-common';
import { createStep } from 'backstage-plugin-kargo-node';
import { Knex } from 'knex';
import { z } from 'zod';
import { EngineHarness } from '../EngineHarness';
import { FakeClock } from '../FakeClock';
import { createMemoryDatabase } from '../memoryDatabase';
import {
  demoProject,
  demoStage,
  demoWarehouse,
  imageOf,
} from '../scenarioManifests';
import { ScriptedMetrics } from '../ScriptedMetrics';
import { StandingStill } from '../StandingStill';

jest.setTimeout(300_000);

const { promotion: PROMOTION } = ANNOTATIONS;
const STAGE = 'event.kargo.akuity.io/stage-name';
const PIPELINE = [
  demoProject('test|prod'),
  `---
apiVersion: argoproj.io/v1alpha1
kind: AnalysisTemplate
metadata: {name: smoke, namespace: demo}
spec:
  metrics:
  - name: http
    successCondition: result == 1
    provider: {scripted: {}}
`,
  demoWarehouse('web'),
  `${demoStage('test', { web: '{direct: true}' }, '[{uses: act}, {uses: act}]')}
  verification: {analysisTemplates: [{name: smoke}]}
`,
  demoStage('prod', { web: '{stages: [test]}' }, '[{uses: act}]'),
].join('');

const act = createStep({
  id: 'act',
  description: 'Acts on the world.',
  config: z.looseObject({}),
  run: async () => ({ kind: 'succeeded', output: { done: true } }),
});

describe('a replica that stands still before a write, and is overtaken', () => {
  let knex: Knex;
  let clock: FakeClock;
  let first: EngineHarness;
  let second: EngineHarness | undefined;

  async function begin() {
    knex = createMemoryDatabase();
    clock = FakeClock.create('2026-01-01T00:00:00Z');
    first = await startReplica();
    await first.apply(PIPELINE);
    await first.settle();
  }

  async function end() {
    await second?.stop({ keepDatabase: true });
    await first?.stop();
    second = undefined;
  }

  afterEach(() => end());

  function startReplica(): Promise<EngineHarness> {
    const metrics = new ScriptedMetrics();
    metrics.answers.http = [1];
    return EngineHarness.create({
      ...{ knex, clock, steps: [act] },
      metricProviders: [metrics.provider],
    });
  }

  async function outcome() {
    const [freight, stages, promotions, runs, events] = await Promise.all([
      first.list('Freight'),
      first.list('Stage'),
      first.list('Promotion'),
      first.list('AnalysisRun'),
      first.list('Event'),
    ]);
    const tagOf = (name: string | undefined) =>
      freight.find(({ metadata }) => metadata.name === name)?.images?.[0].tag;
    return {
      stages: stages.map(({ metadata, status }) => ({
        name: metadata.name,
        holds: tagOf(status?.freightSummary),
        isAtWork: status?.currentPromotion !== undefined,
        verified: status?.freightHistory?.[0].verificationHistory?.map(
          ({ phase }) => phase,
        ),
        says: freight
          .filter(({ status: { currentlyIn = {} } = {} }) =>
            Object.keys(currentlyIn).includes(metadata.name),
          )
          .map(({ images }) => images?.[0].tag),
      })),
      phases: [...promotions, ...runs].map(({ status }) => status?.phase),
      /** What may be there once. */
      once: [
        ...promotions.map(({ spec }) => `${spec.stage} gets ${spec.freight}`),
        ...runs.map(
          ({ metadata }) => `verifies ${metadata.annotations?.[PROMOTION]}`,
        ),
        ...events.map(
          ({ reason, involvedObject, metadata }) =>
            `${reason} ${involvedObject?.name} ${metadata.annotations?.[STAGE]}`,
        ),
      ],
    };
  }

  /** Publishes a tag, lets the first replica stand still before a write, and the second go on. */
  async function overtake(
    write: number,
    meanwhile: (replica: EngineHarness) => Promise<void>,
  ) {
    const still = StandingStill.of(first, write);
    first.publish(imageOf('web'), '1.0.0');
    // The first write is this one.
    await first.refresh('Warehouse', 'web');
    const isOvertaken = await still.stands();
    if (isOvertaken) {
      await first.queue.releaseAll();
      second = await startReplica();
      second.publish(imageOf('web'), '1.0.0');
      await meanwhile(second);
      await second.settle();
      still.wake();
      await still.isQuiet();
      await second.settle();
      await still.isQuiet();
    }
    return isOvertaken;
  }

  it.each<[string, string, (replica: EngineHarness) => Promise<void>]>([
    ['goes on', '1.0.0', async () => {}],
    [
      'finds a newer version',
      '1.1.0',
      async replica => {
        replica.publish(imageOf('web'), '1.1.0');
        await replica.store.patch(
          { kind: 'Warehouse', namespace: 'demo', name: 'web' },
          {
            metadata: { annotations: { [ANNOTATIONS.refresh]: 'a newer one' } },
          },
        );
      },
    ],
  ])('spoils nothing where the other one %s', async (_, tag, meanwhile) => {
    let writes = 0;
    for (let isOvertaken = true; isOvertaken; writes += 1) {
      await end();
      await begin();
      const write = writes + 1;
      isOvertaken = await overtake(write, meanwhile);
      const { stages, phases, once } = await outcome();
      const holds = isOvertaken ? tag : '1.0.0';
      const repeated = once.filter((each, i) => once.indexOf(each) !== i);
      expect({ write, stages, phases, repeated }).toEqual({
        write,
        stages: ['prod', 'test'].map(name => ({
          ...{ name, holds, isAtWork: false, says: [holds] },
          verified: ['Successful'],
        })),
        phases: phases.map(() => expect.stringMatching(/^Succe/)),
        repeated: [],
      });
    }
    expect(writes).toBeGreaterThan(10);
  });
});
