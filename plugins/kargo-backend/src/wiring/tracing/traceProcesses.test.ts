import { DirectProcesses } from '../../adapters/processes/DirectProcesses';
import { RecordingTracing } from '../../testing/RecordingTracing';
import { inSpan } from './inSpan';
import { traceProcesses } from './traceProcesses';

const CALL = {
  ...{ file: '/bin/sh', args: ['-c', 'exit 0 # secret'], cwd: '/', env: {} },
  limits: { processes: 9, memoryBytes: 2 ** 40 },
  onExceeded: () => {},
};

describe('spans of programs', () => {
  let tracing: RecordingTracing;
  beforeEach(() => {
    tracing = new RecordingTracing();
  });

  it('tell of the start and the run, beneath what started it, and nothing of the arguments', async () => {
    const processes = traceProcesses(new DirectProcesses(), tracing, {
      tellsCommand: true,
    });
    await inSpan(tracing, 'a step', {}, async () => {
      const { ended } = await processes.start(CALL);
      await ended;
    });
    const [step, ...programs] = tracing.spans;
    const attributes = {
      'kargo.program': 'sh',
      'kargo.program.command': '-c',
    };
    const common = { parent: step.id, trace: step.trace, hasEnded: true };
    expect(programs).toEqual([
      expect.objectContaining({
        ...common,
        name: 'kargo.program.start',
        attributes,
      }),
      expect.objectContaining({
        ...common,
        name: 'kargo.program.run',
        attributes: { ...attributes, 'kargo.program.end': 'exited' },
      }),
    ]);
  });

  it('tell no argument at all of a program that people have us run', async () => {
    const processes = traceProcesses(new DirectProcesses(), tracing, {
      tellsCommand: false,
    });
    const { ended } = await processes.start(CALL);
    await ended;
    expect(tracing.named('kargo.program.start')[0].attributes).toEqual({
      'kargo.program': 'sh',
    });
  });

  it('tell that a program could not be started, and not in its words', async () => {
    const processes = traceProcesses(new DirectProcesses(), tracing, {
      tellsCommand: true,
    });
    await expect(
      processes.start({ ...CALL, file: '/nowhere/secret' }),
    ).rejects.toThrow('secret');
    const { attributes, exception, status } = tracing.spans[0];
    expect(status).toEqual({ code: 'error' });
    expect(attributes['error.type']).toBe('ProcessStartError');
    expect(exception).toBeUndefined();
  });
});
