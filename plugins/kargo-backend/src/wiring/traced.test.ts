import { tracingServiceMock } from '@backstage/backend-test-utils/alpha';
import { AnyStep, TerminalError } from 'backstage-plugin-kargo-node';
import { z } from 'zod';
import { DirectProcesses } from '../adapters/processes/DirectProcesses';
import { traceProcesses, traceSteps } from './traced';

describe('spans', () => {
  it('tell of each attempt of a step, whatever it comes to', async () => {
    const tracing = tracingServiceMock.mock();
    const step = (run: AnyStep['run']): AnyStep => ({
      ...{ id: 'a', description: '', config: z.object({}), needs: [], run },
    });
    const failure = new TerminalError('no');
    const steps = traceSteps(
      new Map([
        ['good', step(async () => ({ kind: 'succeeded' }))],
        ['bad', step(async () => Promise.reject(failure))],
      ]),
      tracing,
    );
    const context = {} as never;
    await expect(steps.get('good')?.run({} as never, context)).resolves.toEqual(
      {
        kind: 'succeeded',
      },
    );
    await expect(steps.get('bad')?.run({} as never, context)).rejects.toBe(
      failure,
    );
    expect(
      tracing.startActiveSpan.mock.calls.map(([name, options]) => [
        name,
        options,
      ]),
    ).toEqual([
      ['kargo.step', { attributes: { 'kargo.step.uses': 'good' } }],
      ['kargo.step', { attributes: { 'kargo.step.uses': 'bad' } }],
    ]);
  });

  it('tell of the start and the run of a program, and nothing of its arguments', async () => {
    const tracing = tracingServiceMock.mock();
    const processes = traceProcesses(new DirectProcesses(), tracing);
    const running = await processes.start({
      ...{
        file: '/bin/sh',
        args: ['-c', 'exit 0 # secret'],
        cwd: '/',
        env: {},
      },
      limits: { processes: 9, memoryBytes: 2 ** 40 },
      onExceeded: () => {},
    });
    await running.ended;
    const attributes = {
      'kargo.program': 'sh',
      'kargo.program.command': '-c',
    };
    expect(
      tracing.startActiveSpan.mock.calls.map(([name, options]) => [
        name,
        options,
      ]),
    ).toEqual([
      ['kargo.program.start', { attributes }],
      ['kargo.program.run', { attributes }],
    ]);
  });
});
