import { aFreight, aStage, streamOf } from '../testing/resources';
import { runAgainst } from '../testing/runAgainst';

const TOKEN = '2026-03-01T12:00:00Z';

function refreshedStage(handled: string) {
  const stage = aStage('prod', { status: { lastHandledRefresh: handled } });
  stage.metadata.annotations = { 'kargo.akuity.io/refresh': TOKEN };
  return stage;
}

const FREIGHT = 'GET /projects/shop/freight';

describe('commands that change one thing', () => {
  it.each<[string, string[], string[], string, object]>([
    [
      'approve',
      ['approve', '--freight=f1', '--stage=prod'],
      ['POST /projects/shop/freight/f1/approve?stage=prod'],
      '',
      {},
    ],
    [
      'approve by alias',
      ['approve', '--freight-alias=brisk-otter', '--stage=prod'],
      [
        `${FREIGHT}/brisk-otter`,
        'POST /projects/shop/freight/f1/approve?stage=prod',
      ],
      '',
      { [`${FREIGHT}/brisk-otter`]: aFreight('f1', 'brisk-otter') },
    ],
    [
      'verify',
      ['verify', 'stage', 'PROD'],
      ['POST /projects/shop/stages/prod/verification'],
      '',
      {},
    ],
    [
      'abort verification',
      ['verify', 'stage', 'prod', '--abort'],
      ['POST /projects/shop/stages/prod/verification/abort'],
      '',
      {},
    ],
    [
      'update freight',
      ['update', 'freight', '--name=f1', '--new-alias=r-1'],
      ['PATCH /projects/shop/freight/f1/alias?newAlias=r-1'],
      '',
      {},
    ],
    [
      'update freight by alias',
      ['update', 'freight', '--old-alias=brisk-otter', '--new-alias=r-1'],
      [
        `${FREIGHT}/brisk-otter`,
        'PATCH /projects/shop/freight/f1/alias?newAlias=r-1',
      ],
      '',
      { [`${FREIGHT}/brisk-otter`]: aFreight('f1', 'brisk-otter') },
    ],
    [
      'refresh a Warehouse',
      ['refresh', 'warehouse', 'web'],
      ['POST /projects/shop/warehouses/web/refresh'],
      "Warehouse 'shop/web' refreshed\n",
      {},
    ],
    [
      'refresh a ProjectConfig',
      ['refresh', 'projectconfig'],
      ['POST /projects/shop/config/refresh'],
      "ProjectConfig 'shop' refreshed\n",
      {},
    ],
    [
      'refresh a Stage and wait',
      ['refresh', 'stage', 'prod', '--wait'],
      [
        'POST /projects/shop/stages/prod/refresh',
        'GET /projects/shop/stages/prod',
        'GET /projects/shop/stages/prod',
        'GET /projects/shop/stages/prod?watch=true&resourceVersion=9',
      ],
      "Stage 'shop/prod' refreshed\n",
      {
        'GET /projects/shop/stages/prod': refreshedStage(
          '2026-02-01T00:00:00Z',
        ),
        'GET /projects/shop/stages/prod?watch=true&resourceVersion=9': () =>
          streamOf([{ type: 'MODIFIED', object: refreshedStage(TOKEN) }]),
      },
    ],
    [
      'delete Stages',
      ['delete', 'stage', 'dev', 'prod'],
      ['DELETE /projects/shop/stages/dev', 'DELETE /projects/shop/stages/prod'],
      'stage.kargo.akuity.io/dev deleted\nstage.kargo.akuity.io/prod deleted\n',
      {},
    ],
    [
      'delete Freight by alias',
      ['delete', 'freight', '--alias=brisk-otter'],
      [`${FREIGHT}/brisk-otter`, 'DELETE /projects/shop/freight/f1'],
      'freight.kargo.akuity.io/f1 deleted\n',
      { [`${FREIGHT}/brisk-otter`]: aFreight('f1', 'brisk-otter') },
    ],
    [
      'delete the configuration of a project',
      ['delete', 'projectconfig'],
      ['DELETE /projects/shop/config'],
      'projectconfig.kargo.akuity.io/shop deleted\n',
      {},
    ],
  ])('%s', async (_, args, lines, out, answers) => {
    const done = Object.fromEntries(
      lines.map(line => [line, () => new Response('', { status: 200 })]),
    );
    const run = await runAgainst([...args, '-p', 'shop'], {
      answers: { ...done, ...answers },
    });
    expect(run).toMatchObject({ code: 0, err: '', out });
    expect(run.requests.map(({ line }) => line)).toEqual(lines);
  });

  it('deletes what it can', async () => {
    const run = await runAgainst(['delete', 'project', 'gone', 'shop'], {
      answers: {
        'DELETE /projects/shop': () => new Response(undefined, { status: 204 }),
      },
    });
    expect(run).toMatchObject({
      code: 1,
      out: 'project.kargo.akuity.io/shop deleted\n',
      err: 'Error: no answer for DELETE /projects/gone\n',
    });
  });

  it.each<[string, string[]]>([
    [
      'use exactly one of --freight and --freight-alias',
      ['approve', '--stage=prod'],
    ],
    [
      'use exactly one of --name and --old-alias',
      ['update', 'freight', '--new-alias=x'],
    ],
    ['use --name or --alias', ['delete', 'freight']],
  ])('fails with: %s', async (message, args) => {
    const run = await runAgainst([...args, '-p', 'shop']);
    expect(run).toMatchObject({ code: 1, err: `Error: ${message}\n` });
    expect(run.requests).toEqual([]);
  });

  it.each<[string, string[]]>([
    ["required option '--stage <stage>' not specified", ['approve']],
    ["unknown option '--froight'", ['promote', '--froight']],
    ["missing required argument 'name'", ['verify', 'stage']],
  ])('explains a wrong command line: %s', async (message, args) => {
    const run = await runAgainst(args);
    expect(run.code).toBe(1);
    expect(run.err).toContain(`Error: ${message}`);
  });
});
