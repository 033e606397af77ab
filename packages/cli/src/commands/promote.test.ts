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

  it('reads again and again where a proxy holds the stream back', async () => {
    let isOver = () => {};
    let reads = 0;
    const run = await runAgainst(
      ['promote', '-p', 'shop', '--stage', 'prod', '--freight=f1', '--wait'],
      {
        answers: {
          ...answers('Succeeded'),
          [GET]: () => {
            reads += 1;
            return aPromotion(NAME, {
              phase: reads < 3 ? 'Running' : 'Succeeded',
            });
          },
          [WATCH]: () =>
            new Response(
              new ReadableStream({
                pull(controller) {
                  isOver();
                  // What `fetch` does with the body of a request that is aborted.
                  controller.error(new DOMException('', 'AbortError'));
                },
              }),
              { headers: { 'content-type': 'text/event-stream' } },
            ),
        },
        startTimer: over => {
          isOver = over;
        },
      },
    );
    expect(run).toMatchObject({ code: 0, out: LINE, err: '' });
    expect(run.requests.map(({ line }) => line)).toEqual([
      ...[PROMOTE, GET, WATCH],
      ...[GET, GET],
    ]);
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

  const DRY_RUN = `${PROMOTE}/dry-run`;
  const CHANGES = {
    repoURL: 'https://git.example/deploy.git',
    path: 'src',
    branch: 'main',
    from: 'abcdef0'.padEnd(40, '1'),
    isCommitted: true,
    fileCount: 4,
    files: [
      {
        path: 'values.yaml',
        change: 'Changed',
        added: 1,
        removed: 1,
        diff: '@@ -1 +1 @@\n-tag: 1\n+tag: 2\n',
      },
      {
        path: 'new.txt',
        change: 'Added',
        added: 9000,
        removed: 0,
        diff: '@@ -0,0 +1,9000 @@\n+a\n',
        isCut: true,
      },
      { path: 'b.png', previousPath: 'a.png', change: 'Moved' },
    ],
  };

  it('tells what would change instead, as a patch with remarks', async () => {
    const run = await runAgainst(
      ['promote', '-p', 'shop', '--stage=prod', '--freight=f1', '--dry-run'],
      {
        answers: {
          [DRY_RUN]: {
            steps: [
              { alias: 'clone', uses: 'git-clone', outcome: 'Ran' },
              {
                alias: 'push',
                uses: 'git-push',
                outcome: 'NotRun',
                message: 'it acts outside of the folder',
              },
            ],
            changes: [CHANGES, { ...CHANGES, files: [], fileCount: 0 }],
          },
        },
      },
    );
    expect(run).toMatchObject({ code: 0, err: '' });
    expect(run.requests).toEqual([
      expect.objectContaining({ line: DRY_RUN, body: { freight: 'f1' } }),
    ]);
    expect(run.out).toBe(`# https://git.example/deploy.git main abcdef0, in src
diff --git a/values.yaml b/values.yaml
--- a/values.yaml
+++ b/values.yaml
@@ -1 +1 @@
-tag: 1
+tag: 2
diff --git a/new.txt b/new.txt
--- /dev/null
+++ b/new.txt
@@ -0,0 +1,9000 @@
+a
# the rest is too long to be shown
# b.png moved from a.png
# 1 more file is not listed
# not run: push (git-push): it acts outside of the folder
`);
  });

  it('fails a dry run where the Promotion would fail, or which is broken off', async () => {
    const run = await runAgainst(
      ['promote', '-p', 'shop', '--stage=prod', '--warehouse=web', '--dry-run'],
      {
        answers: {
          [DRY_RUN]: {
            steps: [
              {
                alias: 'set',
                uses: 'yaml-update',
                outcome: 'Failed',
                message: 'there is no file',
              },
            ],
            changes: [
              { ...CHANGES, files: [], fileCount: 0, unknown: 'it is gone' },
            ],
            endedEarly: 'It took too long',
          },
        },
      },
    );
    expect(run).toMatchObject({
      code: 1,
      out: '',
      err: `Error: step set (yaml-update) would fail: there is no file
what changes in https://git.example/deploy.git is not known: it is gone
It took too long
`,
    });
  });

  it('says when a dry run changes nothing', async () => {
    const run = await runAgainst(
      ['promote', '-p', 'shop', '--stage=prod', '--freight=f1', '--dry-run'],
      { answers: { [DRY_RUN]: { steps: [], changes: [] } } },
    );
    expect(run).toMatchObject({ code: 0, out: '# nothing changes in git\n' });
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
    [
      '--dry-run needs --stage, and goes without --wait and --output',
      ['--dry-run', '--downstream-from=dev', '--freight=f1'],
    ],
    [
      '--dry-run needs --stage, and goes without --wait and --output',
      ['--dry-run', '--stage=prod', '--freight=f1', '--wait'],
    ],
  ])('fails before it sends anything with: %s', async (message, args) => {
    const run = await runAgainst(['promote', '-p', 'shop', ...args]);
    expect(run).toMatchObject({ code: 1, out: '', err: `Error: ${message}\n` });
    expect(run.requests).toEqual([]);
  });
});
