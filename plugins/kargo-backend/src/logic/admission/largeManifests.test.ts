import { inTurns } from '../../foreign/inTurns';
import { countTurns } from '../../testing/countTurns';
import { builtinSteps } from '../../builtins/steps';
import { ManifestContext } from './ParsedManifest';
import { parseManifest } from './parseManifest';

const CONTEXT: ManifestContext = {
  subscriptionTypes: [],
  installation: { steps: new Map(builtinSteps.map(s => [s.id, s.config])) },
};

const COUNT = 900;

function list<T>(make: (index: number) => T): T[] {
  return Array.from({ length: COUNT }, (_, index) => make(index));
}

function fields(value: unknown): Record<string, unknown> {
  return Object.fromEntries(list(index => [`field${index}`, value]));
}

const of = (kind: string, spec: object, name = 'a') => ({
  apiVersion: 'kargo.akuity.io/v1alpha1',
  kind,
  metadata: { name, namespace: 'a' },
  spec,
});
const stage = (spec: object) =>
  of('Stage', {
    requestedFreight: [
      { origin: { kind: 'Warehouse', name: 'w' }, sources: { direct: true } },
    ],
    ...spec,
  });
const stageOf = (...steps: object[]) =>
  stage({ promotionTemplate: { spec: { steps } } });
const warehouse = (...subscriptions: object[]) =>
  of('Warehouse', { subscriptions });
const git = (config: object) => ({
  git: { repoURL: 'https://git.example/a', ...config },
});
const generic = { secretRef: { name: 's' } };

describe('large manifests', () => {
  it.each<[what: string, manifest: object]>([
    ['steps', stageOf(...list(i => ({ uses: 'http', as: `s${i}` })))],
    ['steps of a task', of('PromotionTask', { steps: list(() => ({})) })],
    [
      'variables of a step',
      stageOf({
        uses: 'http',
        vars: list(i => ({ name: `v${i}`, value: '' })),
      }),
    ],
    [
      'fields that a step does not know',
      stageOf({ uses: 'http', config: fields(1) }),
    ],
    [
      'expressions of one text',
      stageOf({ uses: 'http', if: '${{ secrets.a.b }}'.repeat(COUNT) }),
    ],
    ['fields that nobody knows', stage(fields(1))],
    ['variables that are wrong', stage({ vars: list(() => ({ name: '-' })) })],
    [
      'origins',
      stage({
        requestedFreight: list(i => ({
          origin: { kind: 'Warehouse', name: `w${i}` },
          sources: { direct: true },
        })),
      }),
    ],
    ['subscriptions', warehouse(...list(() => git({})))],
    ['fields that no subscription knows', warehouse(git(fields(1)))],
    [
      'paths of a subscription',
      warehouse(git({ includePaths: list(i => `regex:^a${i}`) })),
    ],
    [
      'patterns of tags',
      warehouse(git({ ignoreTagsRegexes: list(i => `^a${i}`) })),
    ],
    [
      'policies',
      of('ProjectConfig', {
        promotionPolicies: list(i => ({ stage: `${i}` })),
      }),
    ],
    [
      'receivers',
      of('ClusterConfig', {
        webhookReceivers: list(i => ({ name: `r${i}`, generic })),
      }),
    ],
  ])('are judged in turns: %s', async (_, manifest) => {
    let refused: string | undefined;
    // Each item is a step at least, and five steps make a turn while turns are counted.
    const turns = await countTurns(async () => {
      const judged = inTurns(parseManifest(manifest, CONTEXT));
      const [{ reason }] = (await Promise.allSettled([judged])) as Array<{
        reason?: Error;
      }>;
      refused = reason?.name;
    });
    expect([undefined, 'InvalidResourceError']).toContain(refused);
    expect(turns).toBeGreaterThan(COUNT / 10);
  });
});
