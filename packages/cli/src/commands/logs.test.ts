import { runAgainst } from '../testing/runAgainst';

const LOGS = 'GET /projects/shop/analysis-runs/run-1/logs';

function stream(...frames: string[]): Response {
  return new Response(frames.map(frame => `${frame}\n\n`).join(''), {
    headers: { 'Content-Type': 'text/event-stream' },
  });
}

describe('kargo logs', () => {
  it('prints what the job prints, as it comes', async () => {
    const run = await runAgainst(['logs', 'run-1', '-p', 'shop'], {
      answers: {
        [LOGS]: () =>
          stream('data: one\ndata: two\ndata: ', ': beat', 'data: three'),
      },
    });
    expect(run).toMatchObject({ code: 0, out: 'one\ntwo\nthree', err: '' });
  });

  it('asks for a metric and a container', async () => {
    const run = await runAgainst(
      [
        ...['logs', 'run-1', '-p', 'shop'],
        ...['--metric', 'smoke', '--container', 'main'],
      ],
      {
        answers: {
          [`${LOGS}?metricName=smoke&containerName=main`]: () =>
            stream('data: ok'),
        },
      },
    );
    expect(run).toMatchObject({ code: 0, out: 'ok' });
  });

  it('fails when the log ends before its time, and keeps what came', async () => {
    const run = await runAgainst(['logs', 'run-1', '-p', 'shop'], {
      answers: {
        [LOGS]: () =>
          stream(
            'data: one\ndata: ',
            'event: error\ndata: {"code":"not_found","message":"the job is gone"}',
          ),
      },
    });
    expect(run).toMatchObject({ code: 1, out: 'one\n' });
    expect(run.err).toContain('the job is gone');
  });
});
