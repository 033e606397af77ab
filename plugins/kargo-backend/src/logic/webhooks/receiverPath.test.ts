import { receiverPath } from './receiverPath';

describe('receiverPath', () => {
  it.each([
    [
      'kargo-demo',
      'my-first-receiver',
      'soylent green is people\n',
      '804b6f6bb40eb1f0e371f971d71dd95549be4bc9cbf868046941115f44073c67',
    ],
    [
      'demo',
      'gh',
      's3cr3t',
      'd7be07ee2d7d056cf2deb6e6fbf4357b89f2954180fe1971719c92e0886b4dbf',
    ],
    [
      '',
      'gh',
      's3cr3t',
      '8df909b09583cb3215301c988fae68a7a9e117b9659b081010bbf3f711bda8b4',
    ],
    [
      'ab',
      'c',
      'k',
      '5b8520af8f0d91fe75b96bf7f12f7027d3a9e02bf68edcffd67de69a0ea5b1e1',
    ],
    [
      'a',
      'bc',
      'k',
      '5b8520af8f0d91fe75b96bf7f12f7027d3a9e02bf68edcffd67de69a0ea5b1e1',
    ],
  ])(
    'of project %p, receiver %p and secret %j is the one that Kargo gives',
    (project, name, secret, hash) => {
      const path = receiverPath({
        ...{ type: 'github', project, name },
        secret: Buffer.from(secret),
      });
      expect(path).toBe(`/webhook/github/${hash}`);
    },
  );
});
