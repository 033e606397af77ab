import { lintManifests } from '../manifest/lintManifest';
import {
  EMPTY_DRAFT,
  patternsFor,
  SetupDraft,
  SOURCE_KINDS,
  withMechanics,
} from './setupDraft';
import { setupText } from './setupManifests';
import { setupProblem } from './setupProblems';
import { splitManifests } from '../manifest/splitManifests';

const REPOSITORIES = {
  image: 'registry.example.com/web',
  git: 'https://git.example.com/web.git',
  chart: 'https://charts.example.com',
};

const draft: SetupDraft = {
  ...EMPTY_DRAFT,
  project: {
    name: 'shop',
    description: 'What we sell',
    entity: 'component:default/shop',
  },
  warehouse: { ...EMPTY_DRAFT.warehouse, repoURL: REPOSITORIES.image },
  promotion: {
    ...EMPTY_DRAFT.promotion,
    repoURL: 'https://git.example.com/config.git',
  },
};

/** Every source with every way to write its version, each with and without the rest. */
const drafts = SOURCE_KINDS.flatMap(kind =>
  patternsFor(kind).flatMap(pattern =>
    [true, false].map((isWhole): [string, SetupDraft] => {
      const chosen = withMechanics(draft, { kind, pattern });
      return [
        `${kind} by ${pattern}${
          isWhole ? ' with a pull request and Argo CD' : ''
        }`,
        {
          ...chosen,
          warehouse: {
            ...chosen.warehouse,
            repoURL: REPOSITORIES[kind],
            ...(kind === 'chart' && { chart: 'web' }),
            ...(isWhole && { constraint: '^1.0.0', branch: 'main' }),
          },
          promotion: {
            ...chosen.promotion,
            hasPullRequest: isWhole,
            application: isWhole ? 'shop-${{ ctx.stage }}' : '',
          },
        },
      ];
    }),
  ),
);

it.each(drafts)('%s becomes manifests that are admitted', (_, given) => {
  expect(lintManifests(setupText(given))).toEqual([]);
  for (const step of ['project', 'warehouse', 'stages', 'promotion'] as const) {
    expect(setupProblem(given, step)).toBeUndefined();
  }
  expect(splitManifests(setupText(given)).map(({ key }) => key)).toEqual([
    'Project shop',
    'ProjectConfig shop/shop',
    'Warehouse shop/shop',
    'PromotionTask shop/promote',
    'Stage shop/test',
    'Stage shop/uat',
    'Stage shop/prod',
  ]);
});

it('a project is written as somebody would write it', () => {
  expect(setupText({ ...draft, stages: [{ name: 'test', isAutomatic: true }] }))
    .toBe(`apiVersion: kargo.akuity.io/v1alpha1
kind: Project
metadata:
  name: shop
  annotations:
    kargo.akuity.io/description: What we sell
    kargo.akuity.io/entities: component:default/shop
---
apiVersion: kargo.akuity.io/v1alpha1
kind: ProjectConfig
metadata:
  name: shop
  namespace: shop
spec:
  promotionPolicies:
    - stageSelector:
        name: test
      autoPromotionEnabled: true
---
apiVersion: kargo.akuity.io/v1alpha1
kind: Warehouse
metadata:
  name: shop
  namespace: shop
spec:
  subscriptions:
    - image:
        repoURL: registry.example.com/web
---
apiVersion: kargo.akuity.io/v1alpha1
kind: PromotionTask
metadata:
  name: promote
  namespace: shop
spec:
  vars:
    - name: gitURL
      value: https://git.example.com/config.git
    - name: branch
      value: main
    - name: image
      value: registry.example.com/web
  steps:
    - uses: git-clone
      config:
        repoURL: \${{ vars.gitURL }}
        checkout:
          - branch: \${{ vars.branch }}
            path: ./src
    - uses: kustomize-set-image
      config:
        path: ./src/overlays/\${{ ctx.stage }}
        images:
          - image: \${{ vars.image }}
            tag: \${{ quote(imageFrom(vars.image).Tag) }}
    - uses: git-commit
      config:
        path: ./src
        message: Promote shop \${{ imageFrom(vars.image).Tag }} to \${{ ctx.stage }}
    - uses: git-push
      config:
        path: ./src
---
apiVersion: kargo.akuity.io/v1alpha1
kind: Stage
metadata:
  name: test
  namespace: shop
spec:
  requestedFreight:
    - origin:
        kind: Warehouse
        name: shop
      sources:
        direct: true
  promotionTemplate:
    spec:
      steps:
        - task:
            name: promote
          as: promote
`);
});

it('each Stage takes Freight from the one before it', () => {
  const sources = splitManifests(setupText(draft))
    .filter(({ kind }) => kind === 'Stage')
    .map(({ text }) => /sources:\n((?: {8,}.*\n)+)/.exec(text)?.[1]);
  expect(sources).toEqual([
    '        direct: true\n',
    '        stages:\n          - test\n',
    '        stages:\n          - uat\n',
  ]);
});

it('nothing is promoted automatically where nobody asked for it', () => {
  const stages = [{ name: 'test', isAutomatic: false }];
  expect(setupText({ ...draft, stages })).not.toContain('ProjectConfig');
});

it('a chart of a registry is known by its address alone', () => {
  const warehouse = {
    ...draft.warehouse,
    kind: 'chart' as const,
    repoURL: 'oci://registry.example.com/charts/web',
  };
  const text = setupText(
    withMechanics({ ...draft, warehouse }, { pattern: 'helm' }),
  );
  expect(lintManifests(text)).toEqual([]);
  expect(text).toContain('repository: oci://registry.example.com/charts\n');
  expect(text).toContain('name: web\n');
  expect(text).toContain('chartFrom(vars.chartURL).Version');
});
