import { mockServices } from '@backstage/backend-test-utils';
import { readConfig } from './readConfig';

const read = (notifications?: object) =>
  readConfig(
    mockServices.rootConfig({
      data: notifications ? { kargo: { notifications } } : {},
    }),
  );

const ON = { enabled: true, owners: true, recipients: [] };

describe('readConfig', () => {
  it('needs nothing', () => {
    expect(read()).toEqual({
      pagePath: '/kargo',
      kinds: {
        freightWaiting: { ...ON, severity: 'normal' },
        promotionFailed: { ...ON, severity: 'high' },
        verificationFailed: { ...ON, severity: 'high' },
        pullRequestWaiting: { ...ON, severity: 'normal' },
      },
    });
  });

  it('takes what is told', () => {
    const { pagePath, kinds } = read({
      pagePath: '/deliveries/',
      recipients: ['ops'],
      freightWaiting: { enabled: false },
      promotionFailed: {
        severity: 'critical',
        owners: false,
        recipients: ['user:default/Rita', 'group:default/ops'],
      },
    });
    expect(pagePath).toBe('/deliveries');
    expect(kinds.freightWaiting).toMatchObject({
      enabled: false,
      recipients: ['group:default/ops'],
    });
    expect(kinds.promotionFailed).toEqual({
      enabled: true,
      severity: 'critical',
      owners: false,
      recipients: ['group:default/ops', 'user:default/rita'],
    });
  });

  it.each([
    [{ pagePath: 'kargo' }, /^kargo\.notifications\.pagePath: expected a path/],
    [
      { recipients: ['a b:c/d'] },
      /^kargo\.notifications\.recipients\.0: expected an entity reference such as group:default\/ops, found 'a b:c\/d'/,
    ],
    [
      { promotionFailed: { severity: 'loud' } },
      /^kargo\.notifications\.promotionFailed\.severity: .*"critical"/,
    ],
    [
      { promotionFailed: { enabled: 'maybe' } },
      /^kargo\.notifications\.promotionFailed\.enabled: .*boolean/,
    ],
    [{ promotionsFailed: {} }, /^kargo\.notifications: .*promotionsFailed/],
    [
      { verificationFailed: { topic: 'x' } },
      /^kargo\.notifications\.verificationFailed: .*topic/,
    ],
  ])('refuses %j', (config, message) => {
    expect(() => read(config)).toThrow(message);
  });
});
