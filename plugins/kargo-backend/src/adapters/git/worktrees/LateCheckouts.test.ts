import { existsSync } from 'node:fs';
import { readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { JsonObject } from 'backstage-plugin-kargo-common';
import { createStep, StepOutcome } from 'backstage-plugin-kargo-node';
import { Workspace } from 'backstage-plugin-kargo-node/capabilities';

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
import { PushIntegrationPolicy } from '../../../ports/GitWorkingTree';
import { GitStepHarness } from '../../../testing/GitStepHarness';

jest.setTimeout(240_000);

const PLAIN: Record<string, CommitFile> = {
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
  'odd/return\r': 'x\n',
  'odd/line\nfeed': 'x\n',
  'part/HEAD': 'x\n',
  'part/objects/x': 'x\n',
};
/** With a submodule, which changes what git does to a checkout. */
const FILES: Record<string, CommitFile> = {
  ...PLAIN,
  'libs/shared': { submodule: '1234567890123456789012345678901234567890' },
  '.gitmodules':
    '[submodule "libs/shared"]\n\tpath = libs/shared\n\turl = https://example.com/shared.git\n',
};
/** What is there from the start. */
const ALWAYS = ['.gitattributes', '.gitignore', '.gitmodules'];

/** What steps of extensions may do, too. */
const filesStep = createStep({
  id: 'files',
  description: 'Works with files.',
  config: z.looseObject({}),
  needs: ['files'],
  workspace: 'writes',
  async run(config, { files }): Promise<StepOutcome> {
    const { find, list, walk, move, link, makeFolder, read } = config as Record<
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
    if (read) {
      const found = await files.readText(read);
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

/** Meets what others have pushed, and takes the branch as it is at the remote. */
const adoptStep = createStep({
  id: 'adopt',
  description: 'Works with git.',
  config: z.looseObject({}),
  needs: ['git'],
  workspace: 'writes',
  async run(_config, { git }): Promise<StepOutcome> {
    const tree = await git.open('src');
    await tree.adoptRemote('main');
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
    adoptStep,
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
const commit: Run = ['git-commit', { path: 'src', message: 'first' }];
/** What others push meanwhile; what is `null` goes. */
const others = (changed: JsonObject): Run => ['others', changed];
/** A push that meets it. */
const push = (policy: PushIntegrationPolicy = 'AlwaysRebase'): Run => [
  'git-push',
  { path: 'src', policy },
];

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
  const runOne = async (
    [uses, { policy, ...config }]: Run,
    index: number,
  ): Promise<unknown> => {
    if (uses === 'others') {
      const changed = Object.entries(config).map(([name, file]) => [
        name,
        file ?? undefined,
      ]);
      return h.server
        .commit(h.repo, {
          message: 'theirs',
          files: Object.fromEntries(changed),
        })
        .then(() => 'pushed');
    }
    h.pushIntegrationPolicy = (policy ??
      'AlwaysRebase') as PushIntegrationPolicy;
    return h.run(STEPS[uses], config, `${uses}-${index}`).then(
      ({ output, ...outcome }) => ({ ...outcome, output: withoutIds(output) }),
      error => String(error).replaceAll(h.workDir, ''),
    );
  };
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
  const both = async (given: Record<string, CommitFile>, ...runs: Run[]) => {
    const outcomes = [];
    for (const leaveOutFrom of [Infinity, 0]) {
      await h.reset(given);
      h.leaveOutFrom = leaveOutFrom;
      const { workingTrees } = h;
      const shared = h.workingTrees();
      // One for all steps, as in a portal.
      h.workingTrees = () => shared;
      await clone();
      const said = await runAll(
        ...(JSON.parse(
          JSON.stringify(runs).replaceAll('"URL"', JSON.stringify(h.repoURL)),
        ) as Run[]),
        ['git-commit', { path: 'src', message: 'ours' }],
        ['git-push', { path: 'src', targetBranch: 'result', force: true }],
        files({ walk: '.' }),
      );
      const status = await h.git('src', 'status', '--short');
      h.workingTrees = workingTrees;
      await h.loseWorkDir();
      outcomes.push({
        said: JSON.parse(JSON.stringify(said).replaceAll(h.repo, 'repo')),
        status,
        tree: await treeOf('result'),
      });
    }
    return outcomes;
  };

  it('has only what all of it needs, and what a step names', async () => {
    await clone();
    await expect(onDisk()).resolves.toEqual(ALWAYS);
    h.programs.length = 0;
    await runAll(update('apps/web/values.yaml'));
    expect(h.programs).toEqual(['ls-files', 'sparse-checkout']);
    await expect(onDisk()).resolves.toEqual([
      ...ALWAYS,
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
      'names that no pattern can hold',
      [
        files({ read: 'src/odd/return\r' }),
        files({ read: 'src/odd/line\nfeed' }),
      ],
    ],
    [
      'a file that would make its folder a repository',
      [write('part/refs/x'), files({ makeFolder: 'src/part/refs' })],
    ],
    [
      'a path that goes up behind a link',
      [
        [
          'delete',
          { path: 'src/envs/prod.yaml/../../odd/#hash.yaml', strict: true },
        ],
      ],
    ],
    [
      'attributes that a step changes, of what is there already',
      [
        write('apps/.gitattributes', '*.yaml text eol=crlf\n'),
        files({ read: 'src/apps/web/values.yaml' }),
      ],
    ],
    [
      'a folder that is copied onto one with links',
      [
        write('new/dev/values.yaml', 'image: new\n'),
        ['copy', { inPath: 'src/new', outPath: 'src/envs' }],
        write('new/dev/deploy.yaml/x'),
        ['copy', { inPath: 'src/new', outPath: 'src/envs' }],
      ],
    ],
    [
      'a submodule that is cleared',
      [['git-clear', { path: 'src/libs' }], files({ read: 'src/.gitmodules' })],
    ],
    [
      'folders that a step has asked for before they are cleared',
      [
        files({ find: 'src/odd/!bang' }),
        ['git-clear', { path: 'src' }],
        files({ find: 'src/odd' }),
      ],
    ],
    [
      'a checkout in it that is cleared with it, and its folder made anew',
      [
        ['git-clone', { repoURL: 'URL', checkout: [{ path: 'src/inner' }] }],
        write('inner/values.yaml'),
        commit,
        ['git-clear', { path: 'src' }],
        write('inner/new.yaml'),
        files({ list: 'src/inner' }),
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
      'a file that a step has committed, when another is brought',
      [
        write('apps/new.yaml'),
        write('apps/new.crlf'),
        commit,
        update('apps/web/values.yaml'),
        files({ find: 'src/apps/new.yaml' }),
        files({ read: 'src/apps/new.crlf' }),
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
  ])('comes to the same as a whole one: %s', async (_name, runs) => {
    const [whole, late] = await both(FILES, ...runs);
    expect(late).toEqual(whole);
    expect(whole.tree.length).toBeGreaterThan(0);
  });

  const ours = [update('apps/web/values.yaml'), commit];
  it.each<[string, Run[]]>([
    [
      'a file that a step wrote and did not commit',
      [
        ...ours,
        write('apps/new.yaml', 'ours\n'),
        others({ 'apps/new.yaml': 'theirs\n' }),
        push(),
        push('AlwaysMerge'),
        files({ read: 'src/apps/new.yaml' }),
      ],
    ],
    [
      'an ignored file',
      [
        ...ours,
        write('build.log', 'ours\n'),
        others({ 'build.log': 'theirs\n' }),
        push(),
        files({ read: 'src/build.log' }),
      ],
    ],
    [
      'a file that is to be taken as others have it',
      [
        ...ours,
        write('apps/new.yaml', 'ours\n'),
        others({ 'apps/new.yaml': 'theirs\n' }),
        ['adopt', {}],
        files({ read: 'src/apps/new.yaml' }),
      ],
    ],
    [
      'a file of an earlier commit that a step changed again',
      [
        write('apps/new.yaml', 'ours\n'),
        commit,
        push(),
        write('apps/new.yaml', 'ours again\n'),
        others({ 'apps/new.yaml': 'theirs\n' }),
        push('AlwaysMerge'),
        files({ read: 'src/apps/new.yaml' }),
      ],
    ],
    [
      'the same lines',
      [
        ...ours,
        others({ 'apps/web/values.yaml': 'image: theirs\n' }),
        push('AlwaysMerge'),
        push(),
        files({ read: 'src/apps/web/values.yaml' }),
      ],
    ],
    [
      'a folder that a step has looked for',
      [
        ...ours,
        files({ find: 'src/odd/!bang' }),
        others({ 'odd/!bang': null }),
        push(),
        files({ find: 'src/odd/!bang' }),
      ],
    ],
    [
      'a file of an earlier commit',
      [
        write('apps/new.crlf'),
        commit,
        others({ 'apps/api/values.yaml': 'image: theirs\n' }),
        push(),
        files({ read: 'src/apps/new.crlf' }),
      ],
    ],
    [
      'a folder that becomes a file',
      [
        ...ours,
        files({ find: 'src/apps/api' }),
        others({ 'apps/api': 'a file\n' }),
        push('AlwaysMerge'),
        files({ read: 'src/apps/api' }),
      ],
    ],
    [
      'a folder that a step made',
      [
        ...ours,
        files({ makeFolder: 'src/new/deep' }),
        others({ new: 'a file\n' }),
        push(),
        files({ read: 'src/new' }),
      ],
    ],
  ])('meets what others push as a whole one does: %s', async (_name, runs) => {
    const [whole, late] = await both(PLAIN, ...runs);
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

  it.each<[string, Run[], string]>([
    [
      'a step tries again',
      [files({ read: 'src/apps/web/deploy.yaml' })],
      'kind: Deployment\n',
    ],
    [
      'the next step asks for the folder',
      [
        ['copy', { inPath: 'src/apps/web', outPath: 'copied' }],
        files({ read: 'copied/deploy.yaml' }),
      ],
      'kind: Deployment\n',
    ],
    [
      'the next step commits all that has changed',
      [commit, files({ read: 'src/apps/web/values.yaml' })],
      'image: two\n',
    ],
  ])(
    'has no half of a file that git could not finish: %s',
    async (_name, runs, content) => {
      await clone();
      await runAll(update('apps/web/values.yaml'));
      const { processes } = h;
      // As on a full disk, or where the portal ends.
      h.processes = {
        start: async call => {
          if (call.args.includes('sparse-checkout')) {
            await h.write('src/apps/web/deploy.yaml', 'kind: Dep');
            return processes.start({ ...call, args: ['no-such-command'] });
          }
          return processes.start(call);
        },
      };
      const [failed] = await runAll(
        files({ read: 'src/apps/web/deploy.yaml' }),
      );
      expect(failed).toMatch('no-such-command');
      h.processes = processes;
      const said = await runAll(...runs);
      expect(said.at(-1)).toMatchObject({ output: { found: content } });
      await runAll(commit);
      await expect(
        h.git('src', 'log', '--name-only', '--format=', 'HEAD^..'),
      ).resolves.toBe('apps/web/values.yaml');
    },
  );

  it('brings files while git changes the checkout', async () => {
    const many = Object.fromEntries(
      Array.from({ length: 8 }, (_value, at) => [`f${at}/v`, `${at}`]),
    );
    await h.server.commit(h.repo, { message: 'many', files: many });
    await clone();
    const together = createStep({
      id: 'together',
      description: 'Does all at once.',
      config: z.looseObject({}),
      needs: ['files', 'git'],
      workspace: 'writes',
      async run(_config, step): Promise<StepOutcome> {
        const tree = await step.git.open('src');
        const texts = await Promise.all(
          Object.keys(many).map(async (name, at) => {
            await step.files.write(`src/new-${at}`, `${at}`);
            const adding = at % 2 === 0 ? tree.addAll() : undefined;
            const text = await step.files.readText(`src/${name}`);
            await adding;
            return text;
          }),
        );
        await tree.addAll();
        return { kind: 'succeeded', output: { texts } };
      },
    });
    await expect(
      h.run(together as unknown as typeof filesStep, {}, 'together'),
    ).resolves.toMatchObject({ output: { texts: Object.values(many) } });
    await expect(h.git('src', 'status', '--short')).resolves.toBe(
      Object.keys(many)
        .map((_name, at) => `A  new-${at}`)
        .join('\n'),
    );
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
