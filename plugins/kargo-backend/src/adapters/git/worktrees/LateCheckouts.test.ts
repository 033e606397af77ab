import { existsSync } from 'node:fs';
import { readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { JsonObject } from 'backstage-plugin-kargo-common';
import { createStep, StepOutcome } from 'backstage-plugin-kargo-node';
import { Workspace } from 'backstage-plugin-kargo-node/capabilities';
// eslint-disable-next-line @backstage/no-undeclared-imports -- only tests import this file
import { CommitFile } from 'kargo-test';
import { z } from 'zod';
import { copyStep } from '../../../builtins/steps/copy/runner';
import { deleteStep } from '../../../builtins/steps/delete/runner';
import { fileWriteStep } from '../../../builtins/steps/file-write/runner';
import { gitClearStep } from '../../../builtins/steps/git-clear/runner';
import { gitCloneStep } from '../../../builtins/steps/git-clone/runner';
import { gitCommitStep } from '../../../builtins/steps/git-commit/runner';
import { gitPushStep } from '../../../builtins/steps/git-push/runner';
import { tarStep } from '../../../builtins/steps/tar/runner';
import { yamlParseStep } from '../../../builtins/steps/yaml-parse/runner';
import { yamlUpdateStep } from '../../../builtins/steps/yaml-update/runner';
import { GitStepHarness } from '../../../testing/GitStepHarness';

jest.setTimeout(240_000);

const FILES: Record<string, CommitFile> = {
  'README.md': 'hello\n',
  '.gitattributes': '*.crlf text eol=crlf\n',
  '.gitignore': '*.log\n',
  'apps/web/values.yaml': 'image: one\n',
  'apps/web/deploy.yaml': 'kind: Deployment\n',
  'apps/web/windows.crlf': 'a\nb\n',
  'apps/api/values.yaml': 'image: one\n',
  'apps/api/run.sh': { content: '#!/bin/sh\n', mode: '100755' },
  'envs/dev': { content: '../apps/web', mode: '120000' },
  'envs/prod.yaml': { content: '../apps/api/values.yaml', mode: '120000' },
  'odd/[a]*?/v.yaml': 'image: one\n',
  'odd/back\\slash.yaml': 'image: one\n',
  'odd/!bang/ space /v.yaml': 'image: one\n',
  'odd/#hash.yaml': 'image: one\n',
  'odd/ümlaut.yaml': 'image: one\n',
  'libs/shared': { submodule: '1234567890123456789012345678901234567890' },
};

/** What steps of extensions may do, too. */
const filesStep = createStep({
  id: 'files',
  description: 'Works with files.',
  config: z.looseObject({}),
  needs: ['files'],
  workspace: 'writes',
  async run(config, { files }): Promise<StepOutcome> {
    const { find, list, walk, move, link, makeFolder } = config as Record<
      string,
      string
    >;
    const shown = ({ kind, size, mode, path: where }: Shown) => ({
      ...{ kind, mode, path: where },
      // A folder has none, and what a link has is the system's.
      ...(kind === 'file' && { size }),
    });
    if (find) {
      const found = await files.find(find);
      return {
        kind: 'succeeded',
        output: { found: found ? shown(found) : null },
      };
    }
    if (list) {
      const found = await files.list(list);
      return { kind: 'succeeded', output: { found: found.map(shown) } };
    }
    if (walk) {
      const found = [];
      for await (const entry of files.walk(walk)) {
        found.push(shown(entry));
      }
      return { kind: 'succeeded', output: { found } };
    }
    if (link) {
      await files.makeLink(link, 'target');
    } else if (makeFolder) {
      await files.makeFolder(makeFolder);
    } else {
      await files.move(move, config.to as string);
    }
    return { kind: 'succeeded' };
  },
});

interface Shown {
  kind: string;
  size: number;
  mode: number;
  path: string;
}

const STEPS = Object.fromEntries(
  [
    copyStep,
    deleteStep,
    fileWriteStep,
    filesStep,
    gitClearStep,
    gitCloneStep,
    gitCommitStep,
    gitPushStep,
    tarStep,
    yamlParseStep,
    yamlUpdateStep,
  ].map(step => [step.id, step as typeof filesStep]),
);

type Run = [uses: string, config: JsonObject];

const update = (file: string, value = 'two'): Run => [
  'yaml-update',
  { path: `src/${file}`, updates: [{ key: 'image', value }] },
];
const write = (file: string, contents = 'new\n'): Run => [
  'file-write',
  { path: `src/${file}`, contents },
];
const files = (config: JsonObject): Run => ['files', config];

describe('a checkout that leaves files out', () => {
  let h: GitStepHarness;

  beforeAll(async () => {
    h = await GitStepHarness.start();
  });
  beforeEach(async () => {
    await h.reset(FILES);
    // From then on there is a mirror, of which checkouts are made.
    await h.clone({ checkout: [{ path: 'src' }] });
    await h.loseWorkDir();
    h.leaveOutFrom = 0;
  });
  afterAll(() => h.close());

  const clone = (config: JsonObject = {}) =>
    h.clone({ checkout: [{ path: 'src', branch: 'main', ...config }] });
  /** Files and links on the disk, apart from git's own. */
  const onDisk = async (folder = 'src') => {
    const entries = await readdir(path.join(h.workDir, folder), {
      recursive: true,
      withFileTypes: true,
    });
    return entries
      .filter(entry => !entry.isDirectory() && entry.name !== '.git')
      .map(entry =>
        path.relative(
          path.join(h.workDir, folder),
          path.join(entry.parentPath, entry.name),
        ),
      )
      .sort();
  };
  const withoutIds = (output: unknown) =>
    JSON.parse(
      JSON.stringify(output ?? null).replaceAll(/"[0-9a-f]{40}"/g, '"id"'),
    );
  const runOne = ([uses, config]: Run, index: number) =>
    h.run(STEPS[uses], config, `${uses}-${index}`).then(
      ({ output, ...outcome }) => ({ ...outcome, output: withoutIds(output) }),
      error => String(error).replaceAll(h.workDir, ''),
    );
  /** What steps say, one after the other; errors included. */
  const runAll = async (...runs: Run[]) => {
    const said: unknown[] = [];
    for (const [index, run] of runs.entries()) {
      said.push(await runOne(run, index));
    }
    return said;
  };
  /** The tree of a branch at the remote: modes, contents and names. */
  const treeOf = async (branch: string) => {
    await clone({ branch });
    const tree = await h.git('src', 'ls-tree', '-r', 'HEAD');
    await h.loseWorkDir();
    return tree.split('\n');
  };
  /** What comes of steps with a checkout that is whole, and with one that is not. */
  const both = async (...runs: Run[]) => {
    const outcomes = [];
    for (const leaveOutFrom of [Infinity, 0]) {
      h.leaveOutFrom = leaveOutFrom;
      await h.loseWorkDir();
      await clone();
      const branch = `result-${leaveOutFrom === 0}`;
      const said = await runAll(
        ...runs,
        ['git-commit', { path: 'src', message: 'ours' }],
        ['git-push', { path: 'src', targetBranch: branch, force: true }],
      );
      const status = await h.git('src', 'status', '--short');
      await h.loseWorkDir();
      outcomes.push({
        said: JSON.parse(JSON.stringify(said).replaceAll(branch, 'result')),
        status,
        tree: await treeOf(branch),
      });
    }
    return outcomes;
  };

  it('has only what all of it needs, and what a step names', async () => {
    await clone();
    await expect(onDisk()).resolves.toEqual(['.gitattributes', '.gitignore']);
    h.programs.length = 0;
    await runAll(update('apps/web/values.yaml'));
    expect(h.programs).toEqual(['ls-files', 'sparse-checkout']);
    await expect(onDisk()).resolves.toEqual([
      '.gitattributes',
      '.gitignore',
      'apps/web/values.yaml',
    ]);
    await expect(
      h.commit({ path: 'src', message: 'ours' }),
    ).resolves.toMatchObject({ kind: 'succeeded' });
    await expect(h.push({ path: 'src' })).resolves.toMatchObject({
      kind: 'succeeded',
    });
    await expect(h.git('src', 'show', '--stat', '--format=')).resolves.toMatch(
      /^apps\/web\/values.yaml \| 2 \+-\n 1 file changed/,
    );
    await expect(h.git('src', 'fsck', '--full')).resolves.toBe('');
  });

  it.each<[string, Run[]]>([
    ['a file', [update('apps/web/values.yaml')]],
    ['a file by a link to its folder', [update('envs/dev/values.yaml')]],
    ['a file by a link', [update('envs/prod.yaml')]],
    [
      'files one after the other',
      [
        update('apps/web/values.yaml'),
        update('apps/api/values.yaml'),
        update('envs/dev/values.yaml', 'three'),
      ],
    ],
    [
      'what is not there',
      [
        update('apps/none/values.yaml'),
        [
          'yaml-parse',
          {
            path: 'src/nope.yaml',
            outputs: [{ name: 'a', fromExpression: 'image' }],
          },
        ],
        files({ find: 'src/apps/none' }),
        files({ find: 'src/README.md/x' }),
      ],
    ],
    [
      'names that patterns could take for others',
      [
        update('odd/[a]*?/v.yaml'),
        update('odd/back\\slash.yaml'),
        update('odd/!bang/ space /v.yaml'),
        update('odd/#hash.yaml'),
        update('odd/ümlaut.yaml'),
      ],
    ],
    [
      'line ends as attributes say',
      [
        [
          'copy',
          { inPath: 'src/apps/web/windows.crlf', outPath: 'src/copy.crlf' },
        ],
      ],
    ],
    [
      'a file that a step writes',
      [write('apps/web/new.yaml'), write('deep/er/new.yaml')],
    ],
    [
      'a file that a step replaces, whose mode stays',
      [write('apps/api/run.sh', 'echo\n')],
    ],
    ['a file in the place of a folder', [write('apps'), write('apps/web')]],
    [
      'a folder in the place of a file',
      [write('README.md/x'), files({ makeFolder: 'src/README.md' })],
    ],
    [
      'a link in the place of something',
      [files({ link: 'src/apps' }), files({ link: 'src/README.md' })],
    ],
    ['a file that a step deletes', [['delete', { path: 'src/README.md' }]]],
    [
      'a file behind a link that a step deletes',
      [['delete', { path: 'src/envs/dev/values.yaml' }]],
    ],
    ['a link that a step deletes', [['delete', { path: 'src/envs/dev' }]]],
    [
      'a folder that a step deletes',
      [
        ['delete', { path: 'src/apps/web' }],
        files({ find: 'src/apps/web' }),
        files({ list: 'src/apps' }),
      ],
    ],
    [
      'files that a step deletes by a pattern',
      [['delete', { paths: ['src/apps/*/values.yaml'], pathsAreGlobs: true }]],
    ],
    [
      'nothing to delete',
      [
        ['delete', { path: 'src/none', strict: true }],
        ['delete', { path: 'src/none/x' }],
      ],
    ],
    [
      'a folder that is copied',
      [['copy', { inPath: 'src/apps', outPath: 'src/copied' }]],
    ],
    [
      'a folder that is copied over another',
      [['copy', { inPath: 'src/apps/api', outPath: 'src/apps/web' }]],
    ],
    [
      'a folder that is copied onto a link',
      [['copy', { inPath: 'src/apps/api', outPath: 'src/envs/dev' }]],
    ],
    [
      'a folder that is moved',
      [files({ move: 'src/apps/web', to: 'src/moved/web' })],
    ],
    [
      'a folder that is moved onto another',
      [files({ move: 'src/apps/web', to: 'src/apps/api' })],
    ],
    [
      'what is listed',
      [
        files({ list: 'src' }),
        files({ list: 'src/apps' }),
        files({ list: 'src/envs/dev' }),
      ],
    ],
    [
      'what is walked through',
      [files({ walk: '.' }), files({ walk: 'src/odd' })],
    ],
    [
      'what is found',
      [
        ...[
          'src',
          'src/apps',
          'src/apps/web',
          'src/envs/dev',
          'src/envs/prod.yaml',
          'src/apps/api/run.sh',
          'src/libs',
          'src/libs/shared',
          'src/libs/shared/x',
        ].map(find => files({ find })),
      ],
    ],
    [
      'what is packed',
      [
        ['tar', { inPath: 'src/apps', outPath: 'apps.tar' }],
        files({ find: 'apps.tar' }),
      ],
    ],
    [
      'a checkout that is cleared',
      [
        ['git-clear', { path: 'src' }],
        files({ find: 'src/apps' }),
        write('only.yaml'),
      ],
    ],
    [
      'a folder that is cleared',
      [
        ['git-clear', { path: 'src/apps/web' }],
        files({ walk: 'src/apps' }),
        write('apps/web/only.yaml'),
      ],
    ],
    [
      'a checkout that is cleared after a change',
      [
        update('apps/web/values.yaml'),
        ['git-clear', { path: 'src' }],
        update('apps/web/values.yaml'),
      ],
    ],
    [
      'changes in two commits',
      [
        update('apps/web/values.yaml'),
        write('apps/new/values.yaml', 'image: one\n'),
        ['git-commit', { path: 'src', message: 'first' }],
        ['delete', { path: 'src/apps/web/deploy.yaml' }],
        update('apps/new/values.yaml'),
        update('apps/api/values.yaml'),
      ],
    ],
    [
      'a checkout in it',
      [
        ['git-clone', { repoURL: 'URL', checkout: [{ path: 'src/apps' }] }],
        ['git-clone', { repoURL: 'URL', checkout: [{ path: 'src/inner' }] }],
        update('inner/apps/web/values.yaml'),
        files({ list: 'src/inner/apps' }),
        ['delete', { path: 'src/inner' }],
      ],
    ],
  ])('comes to the same as a whole one: %s', async (_, given) => {
    const runs = JSON.parse(
      JSON.stringify(given).replaceAll('"URL"', JSON.stringify(h.repoURL)),
    );
    const [whole, late] = await both(...runs);
    expect(late).toEqual(whole);
    expect(whole.tree.length).toBeGreaterThan(0);
  });

  it('brings what others have pushed meanwhile', async () => {
    await clone();
    await runAll(update('apps/web/values.yaml'));
    await h.commit({ path: 'src', message: 'ours' });
    await h.server.commit(h.repo, {
      message: 'theirs',
      files: {
        'apps/api/values.yaml': 'image: theirs\n',
        'apps/api/more.yaml': 'image: theirs\n',
      },
    });
    await h.push({ path: 'src' });
    await expect(h.remoteLog()).resolves.toEqual([
      ...['ours', 'theirs', 'Initial commit'],
    ]);
    const read = (file: string): Run => [
      'yaml-parse',
      {
        path: `src/apps/api/${file}`,
        outputs: [{ name: 'image', fromExpression: 'image' }],
      },
    ];
    await expect(
      runAll(read('values.yaml'), read('more.yaml')),
    ).resolves.toMatchObject([
      { output: { image: 'theirs' } },
      { output: { image: 'theirs' } },
    ]);
  });

  it('brings all of it to who asks often, and is whole then', async () => {
    const many = Object.fromEntries(
      Array.from({ length: 20 }, (_, at) => [`f${at}/v.yaml`, 'image: one\n']),
    );
    await h.server.commit(h.repo, { message: 'many', files: many });
    const shared = h.workingTrees();
    const { workingTrees } = h;
    // One for all steps, as in a portal.
    h.workingTrees = () => shared;
    await clone();
    h.programs.length = 0;
    await runAll(...Object.keys(many).map(file => update(file)));
    expect(h.programs.filter(name => name === 'sparse-checkout')).toHaveLength(
      9,
    );
    h.workingTrees = workingTrees;
    await expect(onDisk()).resolves.toContain('apps/web/values.yaml');
    await expect(h.git('src', 'status', '--short')).resolves.toMatch(
      /^M f0\/v.yaml/,
    );
  });

  it.each([
    [199, true],
    [200, false],
  ])(
    'is whole the first time, and of %i files the second time: %s',
    async (count, isWhole) => {
      const few = Object.fromEntries(
        Array.from({ length: count }, (_, at) => [`f${at}`, 'x']),
      );
      await h.reset(few);
      const shared = h.workingTrees();
      const { workingTrees } = h;
      // One for all steps, as in a portal.
      h.workingTrees = () => shared;
      await clone();
      await expect(onDisk()).resolves.toHaveLength(count);
      await h.loseWorkDir();
      await clone();
      h.workingTrees = workingTrees;
      await expect(onDisk()).resolves.toHaveLength(isWhole ? count : 0);
    },
  );

  it.each<[string, JsonObject]>([
    ['some folders', { checkout: [{ path: 'src', sparse: ['apps/web'] }] }],
    ['contents as needed', { blobless: true, checkout: [{ path: 'src' }] }],
  ])('is as the step says where it asks for %s', async (_, config) => {
    await h.clone(config);
    await expect(onDisk()).resolves.toContain('apps/web/values.yaml');
    await expect(h.git('src', 'status', '--short')).resolves.toBe('');
  });

  it('goes on after git was killed while it brought something', async () => {
    await clone();
    const gitDir = await h.git('src', 'rev-parse', '--absolute-git-dir');
    await writeFile(path.join(gitDir, 'index.lock'), '');
    const [said] = await runAll(update('apps/web/values.yaml'));
    expect(said).toMatchObject({ kind: 'succeeded' });
  });

  it('is whole where a program is started, which asks nobody', async () => {
    await clone();
    const seen = await Workspace.create({
      root: h.workDir,
      scratch: path.join(h.root, 'scratch'),
      late: h.workingTrees().lateFiles({ workDir: h.workDir }),
    });
    await seen.complete('.');
    expect(existsSync(path.join(h.workDir, 'src/apps/web/deploy.yaml'))).toBe(
      true,
    );
    await expect(h.git('src', 'status', '--short')).resolves.toBe('');
  });
});
