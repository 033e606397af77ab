import { ProjectConfig, Secret } from 'backstage-plugin-kargo-common';
import { builtinReceivers } from '../../../builtins/receivers';
import { ResourceStore } from '../../../ports/ResourceStore';
import { countTurns } from '../../../testing/countTurns';
import { metadataOf } from '../../../testing/resourceBuilders';
import { buildWebhookExpressions } from '../../../wiring/buildBuiltins';
import { ResolvedReceivers, resolveReceivers } from './resolveReceivers';

const TYPES = new Map(
  builtinReceivers(buildWebhookExpressions({ now: () => 0 })).map(type => [
    type.id,
    type,
  ]),
);
const SECRET = { data: { secret: 'YWJjZGVm' } } as unknown as Secret;
const STORE = { find: async () => SECRET } as unknown as ResourceStore;

describe('resolveReceivers', () => {
  it('reads the expressions of each receiver in its turn', async () => {
    const config: ProjectConfig = {
      apiVersion: 'kargo.akuity.io/v1alpha1',
      kind: 'ProjectConfig',
      metadata: metadataOf('demo'),
      spec: {
        webhookReceivers: Array.from({ length: 100 }, (_, index) => ({
          name: `r${index}`,
          generic: {
            secretRef: { name: 's' },
            actions: [{ action: 'Refresh' as const, whenExpression: '1 +' }],
          },
        })),
      },
    };
    let resolved: ResolvedReceivers | undefined;
    const turns = await countTurns(async () => {
      resolved = await resolveReceivers(config, {
        store: STORE,
        types: TYPES,
        baseURL: 'https://portal.example',
      });
    });
    expect(resolved?.served).toHaveLength(100);
    expect(resolved?.problems.at(-1)).toMatch(
      /^Receiver 'r99': action 1: whenExpression: /,
    );
    expect(turns).toBeGreaterThan(10);
  });
});
