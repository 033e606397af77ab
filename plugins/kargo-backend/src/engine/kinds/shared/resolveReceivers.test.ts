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
  it.each([
    ['each receiver', 100, 1],
    ['each action of a receiver', 1, 100],
  ])(
    'reads the expressions of %s in its turn',
    async (_, receivers, actions) => {
      const config: ProjectConfig = {
        apiVersion: 'kargo.akuity.io/v1alpha1',
        kind: 'ProjectConfig',
        metadata: metadataOf('demo'),
        spec: {
          webhookReceivers: Array.from({ length: receivers }, (__, index) => ({
            name: `r${index}`,
            generic: {
              secretRef: { name: 's' },
              actions: Array.from({ length: actions }, () => ({
                action: 'Refresh' as const,
                whenExpression: '1 +',
              })),
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
      expect(resolved?.served).toHaveLength(receivers);
      expect(resolved?.problems).toHaveLength(100);
      expect(resolved?.problems.at(-1)).toMatch(
        new RegExp(
          `^Receiver 'r${receivers - 1}': action ${actions}: whenExpression: `,
        ),
      );
      expect(turns).toBeGreaterThan(10);
    },
  );
});
