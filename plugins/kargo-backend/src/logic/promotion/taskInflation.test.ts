import {
  PromotionStep,
  PromotionTaskSpec,
} from 'backstage-plugin-kargo-common';
import { inOneTurn } from '../../testing/inOneTurn';
import { inflateSteps } from './taskInflation';

const publish: PromotionTaskSpec = {
  vars: [{ name: 'branch', value: 'main' }, { name: 'repo' }],
  steps: [
    { uses: 'git-commit', as: 'c', config: { path: '.' } },
    {
      uses: 'compose-output',
      if: '${{ always() }}',
      vars: [{ name: 'own', value: 'x' }],
    },
  ],
};

const lookup = () => publish;

const inflate = (...given: Parameters<typeof inflateSteps>) =>
  inOneTurn(inflateSteps(...given));

describe('inflateSteps', () => {
  it('names plain steps by their position in the template', () => {
    const steps: PromotionStep[] = [
      { uses: 'a' },
      { uses: 'b', as: ' go ' },
      { uses: 'c' },
    ];
    expect(inflate(steps, [], lookup).map(s => s.as)).toEqual([
      'step-1',
      'go',
      'step-3',
    ]);
  });

  it('reads the words of older releases, in tasks as well', () => {
    const step: PromotionStep = {
      uses: 'git-commit',
      config: { path: 'a', messageFromSteps: ['img'] },
    };
    const inflated = inflate([step, { task: { name: 'publish' } }], [], () => ({
      steps: [step],
    }));
    expect(inflated.map(({ config }) => config)).toEqual([
      { path: 'a', message: '${{ outputs["img"].commitMessage }}' },
      { path: 'a', message: '${{ task.outputs["img"].commitMessage }}' },
    ]);
  });

  it('replaces a task by its steps and keeps everything they say', () => {
    const steps: PromotionStep[] = [
      { uses: 'yaml-update', as: 'img' },
      { task: { name: 'publish' }, vars: [{ name: 'repo', value: 'r' }] },
    ];
    expect(inflate(steps, [], lookup)).toEqual([
      { uses: 'yaml-update', as: 'img' },
      {
        uses: 'git-commit',
        as: 'task-2::c',
        config: { path: '.' },
        vars: [
          { name: 'branch', value: 'main' },
          { name: 'repo', value: 'r' },
        ],
      },
      {
        uses: 'compose-output',
        as: 'task-2::step-2',
        if: '${{ always() }}',
        vars: [
          { name: 'branch', value: 'main' },
          { name: 'repo', value: 'r' },
          { name: 'own', value: 'x' },
        ],
      },
    ]);
  });

  it('leaves a task default out when the Promotion has a value of that name', () => {
    const [first] = inflate(
      [{ task: { name: 'publish' }, as: 'p' }],
      [
        { name: 'branch', value: 'dev' },
        { name: 'repo', value: 'r' },
      ],
      lookup,
    );
    expect(first).toMatchObject({ as: 'p::c' });
    expect(first.vars).toBeUndefined();
  });

  it('refuses a task whose variable has no value anywhere', () => {
    expect(() => inflate([{ task: { name: 'publish' } }], [], lookup)).toThrow(
      `missing value for variable "repo" of task 'publish'`,
    );
  });

  it('refuses more steps than a Promotion has, before it makes any', () => {
    const many = Array.from({ length: 600 }, () => ({ uses: 'a' }));
    const task = { task: { name: 'publish' } };
    const lookUp = () => ({ steps: many });
    expect(inflate([task], [], lookUp)).toHaveLength(600);
    const work = inflateSteps([task, task], [], lookUp);
    expect(() => work.next()).toThrow(
      'there are 1200 steps with those of the tasks, and a Promotion has 1000 at most',
    );
  });

  it('refuses a task that does not exist', () => {
    expect(() =>
      inflate(
        [{ task: { name: 'x', kind: 'ClusterPromotionTask' } }],
        [],
        () => undefined,
      ),
    ).toThrow(`ClusterPromotionTask 'x' does not exist`);
  });
});
