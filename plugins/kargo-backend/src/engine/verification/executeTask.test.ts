import { AnyMetricProvider, MetricContext } from 'backstage-plugin-kargo-node';
import { z } from 'zod';
import { executeTask } from './executeTask';

describe('executeTask', () => {
  const execute = async (answer: unknown, resumed?: unknown) => {
    const made: AnyMetricProvider = {
      id: 'made',
      description: 'Is made for a test.',
      config: z.object({}),
      measure: async () => answer as never,
      resume: async () => resumed as never,
    };
    const metric = { name: 'a', provider: { made: {} } };
    const startedAt = '2026-01-01T00:00:00Z';
    const { measurement } = await executeTask(
      resumed === undefined
        ? { kind: 'measure', metric, number: 1 }
        : {
            ...{ kind: 'resume', metric, number: 1 },
            measurement: { phase: 'Running', startedAt },
          },
      {
        providers: new Map([['made', made]]),
        context: {
          now: () => Date.UTC(2026, 0, 1),
          signal: new AbortController().signal,
        } as unknown as MetricContext,
        secrets: [],
      },
    );
    return measurement;
  };

  it.each<[answer: unknown, phase: string]>([
    [{ kind: 'measured', result: 1, value: '1' }, 'Successful'],
    [{ kind: 'measured', result: null, value: 'null' }, 'Successful'],
    [{ kind: 'measured', result: NaN, value: 'NaN' }, 'Successful'],
    [{ kind: 'judged', phase: 'Failed', message: 'no' }, 'Failed'],
    [{ kind: 'waiting' }, 'Running'],
    [{ kind: 'waiting', checkAgainInMs: 1 }, 'Running'],
  ])('takes %j for %s', async (answer, phase) => {
    expect(await execute(answer)).toMatchObject({ phase });
    expect(await execute(undefined, answer)).toMatchObject({ phase });
  });

  it.each<[answer: unknown, told: string]>([
    ['ok', 'Invalid input'],
    [{ result: 1, value: '1' }, 'kind: Invalid'],
    [{ kind: 'failed', reason: 'no' }, 'kind: Invalid'],
    [{ kind: 'succeeded' }, 'kind: Invalid'],
    [{ kind: 'judged', phase: 'Passed' }, 'phase: Invalid option'],
    [{ kind: 'judged', phase: 'Running' }, 'phase: Invalid option'],
    [{ kind: 'measured', result: 1, value: 1 }, 'value: Invalid input'],
    [{ kind: 'measured', value: '1' }, 'measured nothing'],
    [{ kind: 'waiting', checkAgainInMs: NaN }, 'checkAgainInMs: Invalid input'],
    [{ kind: 'waiting', metadata: { a: 1 } }, 'metadata.a: Invalid input'],
  ])('takes %j for an error, and says what is wrong', async (answer, told) => {
    const error = {
      phase: 'Error',
      finishedAt: '2026-01-01T00:00:00Z',
      message: expect.stringContaining(told),
    };
    expect(await execute(answer)).toMatchObject(error);
    expect(await execute(undefined, answer)).toMatchObject(error);
    expect((await execute(answer)).message).toContain(
      "the metric provider 'made'",
    );
  });

  it.each([undefined, null])('takes %s for an error', async answer => {
    expect(await execute(answer)).toMatchObject({
      phase: 'Error',
      message: expect.stringContaining("the metric provider 'made' answered"),
    });
  });
});
