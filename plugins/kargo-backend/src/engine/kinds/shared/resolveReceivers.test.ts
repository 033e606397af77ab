import { ProjectConfig, Secret } from 'backstage-plugin-kargo-common';
import {
  AnyWebhookReceiverType,
  createWebhookReceiverType,
} from 'backstage-plugin-kargo-node';
import { z } from 'zod';
import { ResourceStore } from '../../../ports/ResourceStore';
import { resolveReceivers } from './resolveReceivers';

const secretRef = z.object({ name: z.string() });

describe('resolveReceivers', () => {
  /** The receivers `odd` and `fine` of a project, the former of a type of somebody's. */
  const resolve = (
    odd: Partial<AnyWebhookReceiverType>,
    config: object = {},
  ) => {
    const fine = createWebhookReceiverType({
      id: 'fine',
      description: 'Is as it should be.',
      config: z.object({ secretRef }),
      secretKey: 'secret',
      event: () => 'push',
      read: () => ({ kind: 'nothing' }),
    }) as AnyWebhookReceiverType;
    const secret = { data: { secret: 'c2VjcmV0' } } as unknown as Secret;
    return resolveReceivers(
      {
        metadata: { namespace: 'demo', name: 'demo' },
        spec: {
          webhookReceivers: [
            { name: 'a', odd: { secretRef: { name: 's' }, ...config } },
            { name: 'b', fine: { secretRef: { name: 's' } } },
          ],
        },
      } as unknown as ProjectConfig,
      {
        store: { find: async () => secret } as unknown as ResourceStore,
        types: new Map([
          ['odd', { ...fine, id: 'odd', ...odd }],
          ['fine', fine],
        ]),
        baseURL: 'https://portal.example',
      },
    );
  };

  it.each<[what: string, odd: Partial<AnyWebhookReceiverType>, told: string]>([
    [
      'refuses its configuration',
      { config: z.object({ secretRef, url: z.string() }) },
      "Receiver 'a': odd.url: Invalid input: expected string, received undefined",
    ],
    [
      'breaks at its configuration',
      {
        config: z.object({ secretRef }).transform(() => new URL('nowhere')),
      },
      "Receiver 'a': odd: Invalid URL",
    ],
  ])('serves all others where one %s', async (_, odd, told) => {
    const { served, problems } = await resolve(odd);
    expect(served.map(({ name }) => name)).toEqual(['b']);
    expect(problems).toEqual([told]);
  });

  it('serves all where one breaks at what may be wrong with it', async () => {
    const { served, problems } = await resolve({
      problems: () => {
        throw new Error('no idea');
      },
    });
    expect(served.map(({ name }) => name)).toEqual(['a', 'b']);
    expect(problems).toEqual(["Receiver 'a': no idea"]);
  });
});
