import { EMPTY_DRAFT, SetupDraft, SetupStep } from './setupDraft';
import { SetupProblem, setupProblem } from './setupProblems';

function withProject(name: string): SetupDraft {
  return { ...EMPTY_DRAFT, project: { ...EMPTY_DRAFT.project, name } };
}

function withWarehouse(part: Partial<SetupDraft['warehouse']>): SetupDraft {
  const shop = withProject('shop');
  return { ...shop, warehouse: { ...shop.warehouse, ...part } };
}

function withStages(...names: string[]): SetupDraft {
  const stages = names.map(name => ({ name, isAutomatic: false }));
  return { ...withProject('shop'), stages };
}

it.each<[string, SetupStep, SetupDraft, SetupProblem]>([
  [
    'without a name',
    'project',
    EMPTY_DRAFT,
    { kind: 'missing', field: 'name' },
  ],
  [
    'with a name that cannot be one',
    'project',
    withProject('My Shop'),
    { kind: 'no-name', name: 'My Shop' },
  ],
  [
    'without a repository',
    'warehouse',
    withProject('shop'),
    { kind: 'missing', field: 'repository' },
  ],
  [
    'with an image that has a scheme',
    'warehouse',
    withWarehouse({ repoURL: 'https://registry.example.com/web' }),
    { kind: 'refused', message: expect.stringContaining('image.repoURL') },
  ],
  [
    'with a chart that is not named',
    'warehouse',
    withWarehouse({ kind: 'chart', repoURL: 'https://charts.example.com' }),
    { kind: 'missing', field: 'chart' },
  ],
  ['without Stages', 'stages', withStages(), { kind: 'no-stage' }],
  [
    'with a Stage that cannot be called so',
    'stages',
    withStages('test', 'Prod EU'),
    { kind: 'no-name', name: 'Prod EU' },
  ],
  [
    'with a Stage without a name',
    'stages',
    withStages('test', ''),
    { kind: 'missing', field: 'stage' },
  ],
  [
    'with a Stage twice',
    'stages',
    withStages('test', 'test'),
    { kind: 'stage-twice', name: 'test' },
  ],
  [
    'without the repository that is deployed from',
    'promotion',
    withProject('shop'),
    { kind: 'missing', field: 'gitRepository' },
  ],
])('%s the step “%s” is not complete', (_, step, draft, problem) => {
  expect(setupProblem(draft, step)).toEqual(problem);
});
