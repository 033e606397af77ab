import { StepExecutionMetadata } from 'backstage-plugin-kargo-common';
import { AnyStep } from 'backstage-plugin-kargo-node';
import { builtinSteps } from '../../builtins/steps';
import { planReplay, workspaceUse } from './planReplay';

const RUNNERS = new Map<string, AnyStep>(
  builtinSteps.map(step => [step.id, step]),
);
const STARTED = '2026-01-01T00:00:00Z';

describe('workspaceUse', () => {
  it('tells of every step what it has to do with the folder', () => {
    const uses = (use: string) =>
      builtinSteps.filter(step => workspaceUse(step) === use).map(s => s.id);
    expect(uses('none')).toEqual([
      'argocd-update',
      'argocd-wait',
      'compose-output',
      'fail',
      'git-merge-pr',
      'git-open-pr',
      'git-wait-for-pr',
      'set-freight-alias',
      'set-metadata',
    ]);
    expect(uses('reads')).toEqual([
      'git-push',
      'github-push',
      'http',
      'json-parse',
      'oci-push',
      'toml-parse',
      'yaml-parse',
    ]);
  });
});

describe('planReplay', () => {
  it.each<[name: string, Partial<StepExecutionMetadata>, number[]]>([
    ['one that succeeded', { startedAt: STARTED, status: 'Succeeded' }, [0]],
    [
      'one that found nothing to do',
      { startedAt: STARTED, status: 'Skipped' },
      [0],
    ],
    ['none that its condition skipped', { status: 'Skipped' }, []],
    ['none that failed', { startedAt: STARTED, status: 'Failed' }, []],
    ['none that nothing is known of', {}, []],
  ])('repeats of the steps that write %s', (_, entry, expected) => {
    const recorded = [{ alias: 'a', ...entry }];
    expect(planReplay([{ uses: 'copy' }], recorded, 1, RUNNERS)).toEqual(
      expected,
    );
  });

  it('repeats what fills the folder, up to where it goes on, and nothing else', () => {
    const steps = [
      'git-clone',
      'yaml-update',
      'yaml-parse',
      'git-commit',
      'git-push',
      'git-open-pr',
      'not-installed',
      'copy',
      'delete',
    ].map(uses => ({ uses }));
    const recorded = steps.map(({ uses: alias }) => ({
      alias,
      startedAt: STARTED,
      status: 'Succeeded' as const,
    }));
    expect(
      planReplay(steps, recorded, 8, RUNNERS).map(index => steps[index].uses),
    ).toEqual(['git-clone', 'yaml-update', 'git-commit', 'copy']);
  });
});
