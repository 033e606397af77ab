import { StepExecutionMetadata } from 'backstage-plugin-kargo-common';
import { AnyStep } from 'backstage-plugin-kargo-node';
import { builtinSteps } from '../../builtins/steps';
import {
  mayRunAhead,
  planReplay,
  startsNoProgram,
  workspaceUse,
} from './planReplay';

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

describe('startsNoProgram', () => {
  it('is so of all steps but those that render', () => {
    const starting = builtinSteps
      .map(({ id }) => id)
      .filter(uses => !startsNoProgram([{ uses }], RUNNERS));
    expect(starting).toEqual([
      'helm-template',
      'helm-update-chart',
      'kustomize-build',
    ]);
  });

  it.each<[string, string[], boolean]>([
    ['no steps', [], true],
    [
      'one step among others that starts one',
      ['git-clone', 'helm-template'],
      false,
    ],
    ['a kind that is not installed', ['nope'], true],
  ])('judges %s', (_, steps, expected) => {
    expect(
      startsNoProgram(
        steps.map(uses => ({ uses })),
        RUNNERS,
      ),
    ).toBe(expected);
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

describe('mayRunAhead', () => {
  const own = { workspace: 'writes', dryRun: 'skip' } as const;
  const runners = new Map([
    ...RUNNERS,
    ['own-client', { ...RUNNERS.get('fail')!, dryRun: 'skip' as const }],
    ['fills-and-acts', { ...RUNNERS.get('copy')!, ...own }],
  ]);
  const started = { startedAt: STARTED, status: 'Succeeded' } as const;

  it.each<
    [
      name: string,
      steps: string[],
      entries: Partial<StepExecutionMetadata>[],
      expected: boolean,
    ]
  >([
    ['a step that fills the folder first', ['git-clone'], [], true],
    ['one behind others', ['git-clone', 'copy'], [started], true],
    ['no step that acts', ['git-clone', 'git-push'], [started], false],
    ['no step that computes', ['compose-output'], [], false],
    ['no step of a kind that is not there', ['not-installed'], [], false],
    [
      'no step that fills it and acts by a client of its own',
      ['fills-and-acts'],
      [],
      false,
    ],
    [
      'none behind one that acts by a client of its own',
      ['own-client', 'copy'],
      [started],
      false,
    ],
    ['none behind one that acts', ['git-push', 'copy'], [started], false],
    [
      'none behind one that acted and failed',
      ['http', 'copy'],
      [{ startedAt: STARTED, status: 'Errored' }],
      false,
    ],
    [
      'none behind one of whose kind nobody knows any more',
      ['not-installed', 'copy'],
      [started],
      false,
    ],
    [
      'one behind what its condition skipped',
      ['git-push', 'copy'],
      [{ status: 'Skipped' }],
      true,
    ],
  ])('lets run ahead: %s', (_, kinds, entries, expected) => {
    const steps = kinds.map(uses => ({ uses }));
    const recorded = entries.map(entry => ({ alias: 'a', ...entry }));
    expect(mayRunAhead(steps, recorded, steps.length - 1, runners)).toBe(
      expected,
    );
  });
});
