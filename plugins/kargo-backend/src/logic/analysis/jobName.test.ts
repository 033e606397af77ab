import { analysisJobName } from './jobName';

const UID = '12345678-1234-1234-1234-123456789012';

describe('analysisJobName', () => {
  it.each([
    ['smoke', 1, `${UID}.smoke.1`],
    ['smoke-test', 12, `${UID}.smoke-test.12`],
  ])('of %s and %d is %s', (metric, number, name) => {
    expect(analysisJobName(UID, metric, number)).toBe(name);
  });

  it.each([
    'Smoke Test',
    'a-very-long-name-of-a-metric-that-goes-on',
    '✓',
    'a_b',
  ])('of %s is a name that no other metric has', metric => {
    const name = analysisJobName(UID, metric, 1);
    expect(name.length).toBeLessThanOrEqual(63);
    expect(name).toMatch(
      /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/,
    );
    expect(analysisJobName(UID, `${metric}x`, 1)).not.toBe(name);
  });
});
