import { mockServices } from '@backstage/backend-test-utils';
import { readConfig } from './readConfig';

const read = (kargo?: object) =>
  readConfig(
    mockServices.rootConfig({
      data: kargo ? { search: { collators: { kargo } } } : {},
    }),
  );

describe('readConfig', () => {
  it('needs nothing', () => {
    expect(read()).toEqual({
      schedule: {
        frequency: { minutes: 10 },
        timeout: { minutes: 15 },
        initialDelay: { seconds: 3 },
      },
      newestFreight: 200,
      pagePath: '/kargo',
    });
  });

  it('takes what is told', () => {
    expect(
      read({
        schedule: { frequency: 'PT1M', timeout: { minutes: 2 } },
        newestFreight: 50,
        pagePath: '/deliveries/',
      }),
    ).toEqual({
      schedule: { frequency: { minutes: 1 }, timeout: { minutes: 2 } },
      newestFreight: 50,
      pagePath: '/deliveries',
    });
  });

  it.each([
    [{ newestFreight: 0 }, /newestFreight: expected .* from 1 to 500, found 0/],
    [{ newestFreight: 501 }, /newestFreight: expected .* found 501/],
    [{ newestFreight: 1.5 }, /newestFreight: expected a whole number/],
    [{ pagePath: 'kargo' }, /pagePath: expected a path such as \/kargo/],
    [
      { schedule: { frequency: 'often', timeout: 'PT1M' } },
      /search\.collators\.kargo\.schedule: .*frequency/s,
    ],
    [{ schedule: { frequency: 'PT1M' } }, /schedule: .*timeout/s],
  ])('refuses %j', (config, message) => {
    expect(() => read(config)).toThrow(message);
  });
});
