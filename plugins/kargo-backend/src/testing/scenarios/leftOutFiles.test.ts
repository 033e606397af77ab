import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { AnyStep, createStep } from 'backstage-plugin-kargo-node';

import { GitServer, startGitServer } from 'kargo-test';
import { z } from 'zod';
import { createGitProgram } from '../../adapters/git/process/gitEnvironment';
import { GitWorkingTreesCli } from '../../adapters/git/worktrees/GitWorkingTreesCli';
import { builtinSteps } from '../../builtins/steps';
import { EngineHarness } from '../EngineHarness';
import {
  demoProject,
  demoStage,
  demoWarehouse,
  imageOf,
} from '../scenarioManifests';

jest.setTimeout(120_000);

describe('files of a checkout', () => {
  let h: EngineHarness;
  let git: GitServer;
  /** What was on the disk each time that a step looked. */
  let seen: string[][];

  const look = async () => {
    const promotions = path.join(h.root, 'promotions');
    const [folder] = await readdir(promotions);
    const src = path.join(promotions, folder, 'files', 'src');
    const names = await readdir(src, { recursive: true });
    seen.push(names.filter(name => name.endsWith('.yaml')).sort());
    return { kind: 'succeeded' } as const;
  };

  beforeEach(async () => {
    seen = [];
    const clock = { now: () => 0, monotonic: () => 0, sleep: async () => {} };
    const workingTrees = GitWorkingTreesCli.create({
      program: createGitProgram(),
      clock,
      leaveOutFrom: 0,
    });
    const about = { description: 'Looks.', config: z.object({}) };
    h = await EngineHarness.create({
      steps: [
        ...builtinSteps,
        createStep({ id: 'look', ...about, run: look }) as AnyStep,
        createStep({
          id: 'look-by-program',
          ...about,
          needs: ['programs'],
          workspace: 'reads',
          run: look,
        }) as AnyStep,
      ],
      capabilities: { workingTrees },
      lateFiles: folder => workingTrees.lateFiles(folder),
    });
    git = await startGitServer({ root: path.join(h.root, 'git-server') });
    await git.createRepo('deploy', {
      'apps/web/values.yaml': 'tag: 1.0.0\n',
      'apps/api/values.yaml': 'tag: 1.0.0\n',
    });
  });
  afterEach(async () => {
    await h.stop();
    await git.close();
  });

  it.each<[string, string, string[][]]>([
    [
      'are those that steps have named',
      'look',
      [[], ['apps/web/values.yaml'], ['apps/web/values.yaml']],
    ],
    [
      'are all there where a step starts programs',
      'look-by-program',
      Array(3).fill(['apps/api/values.yaml', 'apps/web/values.yaml']),
    ],
  ])('%s', async (_, last, expected) => {
    const tag = `"\${{ imageFrom('${imageOf('web')}').Tag }}"`;
    h.publish(imageOf('web'), '1.2.3');
    await h.apply(
      demoProject('test') +
        demoWarehouse('web') +
        demoStage(
          'test',
          { web: '{direct: true}' },
          `[
            {uses: git-clone, config: {repoURL: '${git.repoURL(
              'deploy',
            )}', checkout: [{path: src}]}},
            {uses: look},
            {uses: yaml-update, config: {path: src/apps/web/values.yaml, updates: [{key: tag, value: ${tag}}]}},
            {uses: look},
            {uses: git-commit, config: {path: src, message: release}},
            {uses: git-push, config: {path: src}},
            {uses: ${last}}
          ]`,
        ),
    );
    await h.settle();
    const [promotion] = await h.list('Promotion');
    expect(promotion.status).toMatchObject({ phase: 'Succeeded' });
    expect(seen).toEqual(expected);
    await expect(
      git.git('deploy', 'ls-tree', '-r', '--name-only', 'main'),
    ).resolves.toBe('apps/api/values.yaml\napps/web/values.yaml\n');
    await expect(
      git.git('deploy', 'show', 'main:apps/web/values.yaml'),
    ).resolves.toBe('tag: 1.2.3\n');
  });
});
