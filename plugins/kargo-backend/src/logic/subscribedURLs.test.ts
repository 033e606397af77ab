import { Subscription } from 'backstage-plugin-kargo-common';
import {
  AnySubscriptionType,
  createSubscriptionType,
} from 'backstage-plugin-kargo-node';
import { z } from 'zod';
import { ownSubscribedURLs, subscribedURLsOf } from './subscribedURLs';

const npm = createSubscriptionType({
  id: 'npm',
  description: 'A package of a registry.',
  config: z.looseObject({
    config: z.object({
      registry: z.string().refine(text => new URL(`https://${text}`)),
      package: z.string(),
    }),
  }),
  describe: ({ config }) => config.package,
  repoURLs: ({ config }) => {
    if (config.package === 'broken') {
      throw new Error('a mistake of the extension');
    }
    if (config.package === 'forgotten') {
      return [undefined as unknown as string];
    }
    if (config.package === 'nothing') {
      return undefined as unknown as string[];
    }
    return [`${config.registry}/${config.package}`];
  },
  discover: async () => {
    throw new Error('not asked');
  },
}) as AnySubscriptionType;

const subscribedURLs = subscribedURLsOf(new Map([['npm', npm]]));

function subscription(value: object): Subscription {
  return Subscription.parse(value);
}

function npmSubscription(config: object): Subscription {
  return subscription({ name: 'lib', npm: { config } });
}

describe('the URLs of a subscription', () => {
  it.each<[string, Subscription, string[]]>([
    [
      'a git repository',
      subscription({ git: { repoURL: 'https://git.example/Acme/App.git' } }),
      ['https://git.example/acme/app'],
    ],
    [
      'an image',
      subscription({ image: { repoURL: 'docker.io/library/nginx' } }),
      ['nginx'],
    ],
    [
      'a chart',
      subscription({ chart: { repoURL: 'oci://ghcr.io/Acme/chart' } }),
      ['ghcr.io/acme/chart'],
    ],
    [
      'what an extension watches, however a push calls it',
      npmSubscription({ registry: 'docker.io', package: 'library/Nginx' }),
      ['docker.io/library/Nginx', 'nginx'],
    ],
  ])('are those of %s', (_, given, expected) => {
    expect(subscribedURLs(given)).toEqual(expected);
  });

  it.each<[string, Subscription]>([
    [
      'the extension makes a mistake',
      npmSubscription({ registry: 'r.example', package: 'broken' }),
    ],
    [
      'the extension answers what is no text',
      npmSubscription({ registry: 'r.example', package: 'forgotten' }),
    ],
    [
      'the extension answers nothing',
      npmSubscription({ registry: 'r.example', package: 'nothing' }),
    ],
    [
      'checking its configuration breaks',
      npmSubscription({ registry: 'no host', package: 'lib' }),
    ],
    ['its configuration is wrong', npmSubscription({ registry: 7 })],
    [
      'the extension is not installed',
      subscription({ name: 'lib', maven: { config: {} } }),
    ],
  ])('are none where %s', (_, given) => {
    expect(subscribedURLs(given)).toEqual([]);
  });

  it('are none of an extension where none is asked', () => {
    const given = npmSubscription({ registry: 'r.example', package: 'lib' });
    expect(ownSubscribedURLs(given)).toEqual([]);
    expect(subscribedURLs(given)).not.toEqual([]);
  });
});
