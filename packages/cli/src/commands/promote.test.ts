import { aPromotion, streamOf } from '../testing/resources';
import { runAgainst } from '../testing/runAgainst';

const PROMOTE = 'POST /projects/shop/stages/prod/promotions';
const DOWNSTREAM = 'POST /projects/shop/stages/dev/promotions/downstream';
const GET = 'GET /projects/shop/promotions/prod.01a.f1';
const WATCH = `${GET}?watch=true&resourceVersion=9`;
const NAME = 'prod.01a.f1';
const LINE = `promotion.kargo.akuity.io/${NAME} promotion created\n`;

function answers(phase: 'Succeeded' | 'Failed') {
  return {
    [PROMOTE]: aPromotion(NAME),
    [GET]: aPromotion(NAME, { phase: 'Running' }),
    [WATCH]: () =>
      streamOf([
        { type: 'MODIFIED', object: aPromotion(NAME, { phase: 'Running' }) },
        {
          type: 'MODIFIED',
          object: aPromotion(NAME, { phase, message: 'step "x" failed' }),
        },
      ]),
  };
}

describe('kargo promote', () => {
  it.each<[string[], object]>([
    [['--freight', 'f1'], { freight: 'f1' }],
    [['--freight-alias', 'brisk-otter'], { freightAlias: 'brisk-otter' }],
    [['--warehouse', 'web'], { origin: 'Warehouse/web' }],
  ])('promotes %j', async (args, body) => {
    const run = await runAgainst(
      ['promote', '-p', 'shop', '--stage', 'prod', ...args],
      { answers: answers('Succeeded') },
    );
    expect(run).toMatchObject({ code: 0, out: LINE, err: '' });
    expect(run.requests).toEqual([
      expect.objectContaining({ line: PROMOTE, body }),
    ]);
  });

  it.each<[string[], string, object]>([
    [['stage', 'promote', 'shop', 'prod'], PROMOTE, aPromotion(NAME)],
    [
      ['stage', 'promote-subscribers', 'shop', 'dev'],
      DOWNSTREAM,
      { promotions: [aPromotion(NAME)] },
    ],
  ])('knows the older form %j', async (words, line, answer) => {
    const run = await runAgainst([...words, '--freight', 'f1'], {
      answers: { [line]: answer },
    });
    expect(run).toMatchObject({ code: 0, out: LINE, err: '' });
    expect(run.requests).toEqual([
      expect.objectContaining({ line, body: { freight: 'f1' } }),
    ]);
  });

  it('tells somebody at a terminal how far it is', async () => {
    const run = await runAgainst(
      ['promote', '-p', 'shop', '--stage', 'prod', '--freight=f1', '--wait'],
      { answers: answers('Succeeded'), isTerminal: true },
    );
    expect(run).toMatchObject({ code: 0, out: LINE });
    expect(run.err).toBe(
      `${NAME}: Running, after 0s\n${NAME}: Succeeded, after 0s\n`,
    );
  });

  it('waits for the end', async () => {
    const run = await runAgainst(
      ['promote', '-p', 'shop', '--stage', 'prod', '--freight=f1', '--wait'],
      { answers: answers('Succeeded') },
    );
    expect(run).toMatchObject({ code: 0, out: LINE, err: '' });
    expect(run.requests.map(({ line }) => line)).toEqual([PROMOTE, GET, WATCH]);
  });

  it('fails when the Promotion it waited for failed', async () => {
    const run = await runAgainst(
      ['promote', '-p', 'shop', '--stage', 'prod', '--freight=f1', '--wait'],
      { answers: answers('Failed') },
    );
    expect(run).toMatchObject({
      code: 1,
      out: LINE,
      err: `Error: Promotion '${NAME}' ended as Failed: step "x" failed\n`,
    });
  });

  it('goes on waiting when a stream breaks', async () => {
    let watches = 0;
    const run = await runAgainst(
      ['promote', '-p', 'shop', '--stage', 'prod', '--freight=f1', '--wait'],
      {
        answers: {
          ...answers('Succeeded'),
          [WATCH]: () => {
            watches += 1;
            if (watches === 1) {
              return new Response('', { status: 502 });
            }
            return streamOf(
              watches === 2
                ? []
                : [
                    {
                      type: 'MODIFIED',
                      object: aPromotion(NAME, { phase: 'Succeeded' }),
                    },
                  ],
            );
          },
        },
      },
    );
    expect(run).toMatchObject({ code: 0, err: '' });
    expect(watches).toBe(3);
  });

  it('reports what it could not promote downstream', async () => {
    const run = await runAgainst(
      ['promote', '-p', 'shop', '--downstream-from', 'dev', '--freight=f1'],
      {
        answers: {
          [DOWNSTREAM]: {
            promotions: [aPromotion(NAME)],
            errors: "Stage 'qa': no",
          },
        },
      },
    );
    expect(run).toMatchObject({
      code: 1,
      out: LINE,
      err: "Error: Stage 'qa': no\n",
    });
  });

  it('aborts', async () => {
    const line = `POST /projects/shop/promotions/${NAME}/abort`;
    const run = await runAgainst(
      ['promote', '-p', 'shop', '--name', NAME, '--abort'],
      { answers: { [line]: {} } },
    );
    expect(run).toMatchObject({ code: 0, out: '', err: '' });
    expect(run.requests.map(request => request.line)).toEqual([line]);
  });

  it.each<[string, string[]]>([
    ['use exactly one of --stage and --downstream-from', ['--freight=f1']],
    [
      'use exactly one of --stage and --downstream-from',
      ['--freight=f1', '--stage=a', '--downstream-from=b'],
    ],
    [
      'use exactly one of --freight, --freight-alias and --warehouse',
      ['--stage=prod'],
    ],
    [
      'use exactly one of --freight, --freight-alias and --warehouse',
      ['--stage=prod', '--freight=f1', '--warehouse=web'],
    ],
    [
      '--warehouse cannot be used with --downstream-from',
      ['--downstream-from=dev', '--warehouse=web'],
    ],
    ['--abort needs --name, and --name is only for --abort', ['--abort']],
    [
      '--abort needs --name, and --name is only for --abort',
      ['--name=x', '--stage=prod', '--freight=f1'],
    ],
  ])('fails before it sends anything with: %s', async (message, args) => {
    const run = await runAgainst(['promote', '-p', 'shop', ...args]);
    expect(run).toMatchObject({ code: 1, out: '', err: `Error: ${message}\n` });
    expect(run.requests).toEqual([]);
  });
});
