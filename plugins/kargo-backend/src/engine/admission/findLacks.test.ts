import { formatKey, Resource, Stage } from 'backstage-plugin-kargo-common';
import { z } from 'zod';
import { ResourceStore } from '../../ports/ResourceStore';
import { aStage } from '../../testing/resourceBuilders';
import { findLacks } from './findLacks';

const INSTALLATION = {
  steps: new Map([['copy', z.strictObject({ from: z.string().optional() })]]),
  metricProviders: new Map([['web', {}]]),
};

const STORED: Record<string, object> = {
  'PromotionTask demo/good': task([{ uses: 'copy' }]),
  'ClusterPromotionTask old': {
    ...task([{ uses: 'copy' }, { uses: 'gone' }]),
    kind: 'ClusterPromotionTask',
    metadata: { name: 'old' },
  },
  'Warehouse demo/web': { kind: 'Warehouse' },
  'Stage demo/test': { kind: 'Stage' },
  'AnalysisTemplate demo/smoke': template('AnalysisTemplate', 'smoke', 'web'),
  'ClusterAnalysisTemplate slo': template(
    'ClusterAnalysisTemplate',
    'slo',
    'skywalking',
  ),
};

function task(steps: object[]) {
  return {
    kind: 'PromotionTask',
    metadata: { name: 'good', namespace: 'demo' },
    spec: { steps },
  };
}

function template(kind: string, name: string, provider: string) {
  return {
    kind,
    metadata: { name },
    spec: { metrics: [{ name: 'm', provider: { [provider]: {} } }] },
  };
}

function stage(
  steps: object[],
  analysisTemplates: Array<{ name: string; kind?: string }> = [
    { name: 'smoke' },
  ],
): Stage {
  return aStage({
    spec: {
      promotionTemplate: { spec: { steps } },
      verification: { analysisTemplates },
    } as never,
  });
}

const store = {
  find: async (key: Parameters<ResourceStore['find']>[0]) =>
    STORED[formatKey(key)] as Resource | undefined,
} as Pick<ResourceStore, 'find'>;

describe('findLacks', () => {
  it.each<[string, Stage, string[]]>([
    [
      'nothing of a Stage whose parts are all there',
      stage(
        [{ uses: 'copy' }, { task: { name: 'good' } }],
        [{ name: 'smoke', kind: 'AnalysisTemplate' }],
      ),
      [],
    ],
    ['nothing of a Stage without steps', stage([]), []],
    [
      'a step that nobody installed',
      stage([{ uses: 'copy' }, { uses: 'send-fax' }]),
      [
        'spec.promotionTemplate.spec.steps[1].uses: no step "send-fax" is installed; Promotions will fail there',
      ],
    ],
    [
      'a field that its step refuses',
      stage([{ uses: 'copy', config: { form: 'a' } }]),
      [expect.stringContaining('steps[0].config.form: "copy" does not know')],
    ],
    [
      'a task that nobody has made',
      stage([{ task: { name: 'later' } }]),
      [
        "spec.promotionTemplate.spec.steps[0].task: PromotionTask 'later' does not exist; Promotions fail until it does",
      ],
    ],
    [
      'once what a task asks for, however often it is used',
      stage([
        { task: { kind: 'ClusterPromotionTask', name: 'old' } },
        { task: { kind: 'ClusterPromotionTask', name: 'old' } },
      ]),
      [
        'ClusterPromotionTask \'old\': spec.steps[1].uses: no step "gone" is installed; Promotions will fail there',
      ],
    ],
    [
      'more steps, with those of its tasks, than a Promotion may have',
      stage(
        Array.from({ length: 501 }, () => [
          { uses: 'copy' },
          { task: { name: 'good' } },
        ]).flat(),
      ),
      [
        'spec.promotionTemplate.spec.steps: there are 1002 steps with those of the tasks, and a Promotion has 1000 at most; share them among several Stages',
      ],
    ],
    [
      'analysis templates that are not there, or measure what nobody can',
      stage(
        [],
        [{ name: 'nope' }, { kind: 'ClusterAnalysisTemplate', name: 'slo' }],
      ),
      [
        "spec.verification.analysisTemplates[0]: AnalysisTemplate 'nope' does not exist; verifications fail until it does",
        'ClusterAnalysisTemplate \'slo\': spec.metrics[0].provider: no metric provider "skywalking" is installed; verifications will fail there',
      ],
    ],
    [
      'Warehouses and Stages that are not there to take Freight from',
      aStage({
        spec: {
          requestedFreight: [
            {
              origin: { kind: 'Warehouse', name: 'web' },
              sources: { stages: ['test', 'tset'] },
            },
            {
              origin: { kind: 'Warehouse', name: 'wbe' },
              sources: { direct: true },
            },
          ],
          promotionTemplate: { spec: { steps: [] } },
        },
      }),
      [
        "spec.requestedFreight[0].sources.stages[1]: Stage 'tset' does not exist; no Freight comes from there until it does",
        "spec.requestedFreight[1].origin: Warehouse 'wbe' does not exist; no Freight comes from there until it does",
      ],
    ],
  ])('tells %s', async (_, asked, lacks) => {
    expect(await findLacks(asked, store, INSTALLATION)).toEqual(lacks);
  });
});
