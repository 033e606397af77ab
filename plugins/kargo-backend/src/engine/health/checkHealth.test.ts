import { Stage, StageStatus } from 'backstage-plugin-kargo-common';
import { checkHealth } from './checkHealth';

describe('checkHealth', () => {
  const stage = { metadata: { namespace: 'demo', name: 'test' }, spec: {} };
  const status = {
    lastPromotion: {
      status: {
        healthChecks: [
          { uses: 'fine', config: {} },
          { uses: 'made', config: {} },
        ],
      },
    },
  };

  const check = (answer: unknown) =>
    checkHealth(
      new Map([
        ['fine', { id: 'fine', check: async () => ({ status: 'Healthy' }) }],
        ['made', { id: 'made', check: async () => answer as never }],
      ]),
      stage as Stage,
      status as unknown as StageStatus,
      new AbortController().signal,
    );

  it.each([
    [{ status: 'Healthy' }, { status: 'Healthy' }],
    [
      { status: 'Unhealthy', issues: ['no pods'], output: { pods: 0 } },
      { status: 'Unhealthy', issues: ['no pods'], output: [{ pods: 0 }] },
    ],
  ])('takes %j for what it is', async (answer, expected) => {
    expect(await check(answer)).toEqual(expected);
  });

  it.each<[answer: unknown, told: string]>([
    [undefined, 'Invalid input'],
    [null, 'Invalid input'],
    ['Healthy', 'Invalid input'],
    [true, 'Invalid input'],
    [{}, 'status: Invalid'],
    [{ status: 'healthy' }, 'status: Invalid'],
    [{ status: 'Degraded' }, 'status: Invalid'],
    [{ status: 'Unhealthy', issues: 'no pods' }, 'issues: Invalid'],
  ])('takes %j for no health, and says so', async (answer, told) => {
    expect(await check(answer)).toEqual({
      status: 'Unknown',
      issues: [
        expect.stringContaining(
          `the health checker 'made' answered what is no health: ${told}`,
        ),
      ],
    });
  });

  it('takes what cannot be kept for no health', async () => {
    const output: Record<string, unknown> = {};
    output.self = output;
    expect(await check({ status: 'Healthy', output })).toEqual({
      status: 'Unknown',
      issues: ['no JSON: Converting circular structure to JSON'],
    });
  });
});
