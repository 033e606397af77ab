import {
  JsonObject,
  PromotionStep,
  Subscription,
} from 'backstage-plugin-kargo-common';
import {
  AnyStep,
  listTextFields,
  validateStepConfig,
} from 'backstage-plugin-kargo-node';
import { parse } from 'yaml';
import { builtinSteps } from '../../builtins/steps';
import { LookupTable } from '../../expressions/lookups';
import { atOnce } from '../../expressions/Paced';
import { evaluateStepConfig } from '../../expressions/promotionScope';
import { readOlderSteps } from '../../logic/promotion/olderSteps/readOlderSteps';
import { inflateSteps } from '../../logic/promotion/taskInflation';
import { inOneTurn } from '../inOneTurn';
import { aPromotion, aStage } from '../resourceBuilders';

const STEPS = new Map<string, AnyStep>(builtinSteps.map(s => [s.id, s]));
const GIT = 'https://git.example/acme/deploy.git';
const ORIGIN = { kind: 'Warehouse', name: 'web' } as const;
const image = (repoURL: string) => ({
  repoURL,
  tag: '1.2.0',
  digest: `sha256:${'a'.repeat(64)}`,
});
const FREIGHT = {
  name: 'f1',
  origin: ORIGIN,
  images: [image('ghcr.io/acme/web'), image('ghcr.io/acme/other')],
};

/** What a step is given when every look-up of a Warehouse finds one that watches the images. */
function configOf(step: PromotionStep): JsonObject {
  const lookups = new LookupTable();
  lookups.add(
    { kind: 'Warehouse', name: ORIGIN.name },
    {
      kind: 'Warehouse',
      subscriptions: FREIGHT.images.map(({ repoURL }) =>
        Subscription.parse({ image: { repoURL } }),
      ),
    },
  );
  const vars = [
    { name: 'imageRepo', value: 'ghcr.io/acme/web' },
    { name: 'repoURL', value: 'https://git.example/acme/deploy' },
    { name: 'targetBranch', value: 'stage/prod' },
  ];
  const promotion = aPromotion('prod.1');
  return atOnce(
    evaluateStepConfig({
      promotion: {
        ...promotion,
        spec: { ...promotion.spec, vars, steps: [step] },
      },
      stage: aStage({}),
      status: {
        freight: FREIGHT,
        freightCollection: { id: 'c', items: { 'Warehouse/web': FREIGHT } },
        state: {
          push: { branch: 'kargo/promotion/prod.1', commit: 'c'.repeat(40) },
          commit: { commit: 'c'.repeat(40) },
          'open-pr': { pr: { id: 42, url: 'https://git.example/42' } },
        },
      },
      step,
      lookups,
      nowMs: 0,
      listTextFields: config =>
        listTextFields(STEPS.get(step.uses ?? '') as AnyStep, config),
    }),
  );
}

/** A step as guides to Kargo show it, and everything that is wrong with its configuration. */
function problemsOf(yaml: string) {
  const { steps } = inOneTurn(
    readOlderSteps(parse(yaml), { path: ['steps'], isTask: false }),
  );
  const [step] = inOneTurn(inflateSteps(steps, [], () => undefined));
  const runner = STEPS.get(step.uses ?? '');
  return runner
    ? validateStepConfig(runner, configOf(step)).map(
        ({ path, message }) => `${path}: ${message}`,
      )
    : [`no step ${step.uses}`];
}

describe('steps as guides to Kargo show them', () => {
  it.each<[name: string, yaml: string]>([
    [
      'git-clone of two checkouts',
      `
- uses: git-clone
  config:
    repoURL: ${GIT}
    author: {name: Release Bot, email: bot@acme.example}
    checkout:
    - branch: main
      path: ./out
    - commit: abc123def456
      path: ./config
      create: true`,
    ],
    [
      'git-commit with an author',
      `
- uses: git-commit
  as: commit
  config:
    path: ./out
    message: |
      Update image to \${{ imageFrom(vars.imageRepo).Tag }}
    author: {name: Release Bot, email: bot@acme.example}`,
    ],
    [
      'git-push to a branch',
      `
- uses: git-push
  as: push
  config: {path: ./out, targetBranch: "\${{ vars.targetBranch }}", maxAttempts: 50}`,
    ],
    [
      'git-push to a branch of its own',
      `
- uses: git-push
  as: push
  config: {path: ./out, maxAttempts: 50, generateTargetBranch: true, provider: github}`,
    ],
    [
      'git-open-pr',
      `
- uses: git-open-pr
  as: open-pr
  config:
    repoURL: ${GIT}
    provider: github
    sourceBranch: \${{ outputs['push'].branch }}
    targetBranch: main
    title: "Promote to \${{ ctx.stage }}"
    labels: [kargo, automated]`,
    ],
    [
      'git-wait-for-pr',
      `
- uses: git-wait-for-pr
  config: {repoURL: ${GIT}, prNumber: "\${{ outputs['open-pr'].pr.id }}", provider: github}`,
    ],
    [
      'git-merge-pr',
      `
- uses: git-merge-pr
  config: {repoURL: ${GIT}, prNumber: "\${{ outputs['open-pr'].pr.id }}", wait: true}`,
    ],
    ['git-clear', '[{uses: git-clear, config: {path: ./out}}]'],
    [
      'kustomize-set-image by tag, and by digest with another name',
      `
- uses: kustomize-set-image
  config:
    path: ./out
    images:
    - image: ghcr.io/acme/web
      tag: \${{ imageFrom(vars.imageRepo).Tag }}
    - image: ghcr.io/acme/other
      newName: mirror.example/other
      digest: \${{ imageFrom('ghcr.io/acme/other').Digest }}`,
    ],
    [
      'kustomize-build with one word for the version of Kubernetes',
      `
- uses: kustomize-build
  config:
    path: ./src/overlays/test
    outPath: ./out/manifests.yaml
    plugin.helm.kubeVersion: "1.28.0"`,
    ],
    [
      'helm-template',
      `
- uses: helm-template
  config:
    path: ./charts/web
    outPath: ./out/manifests.yaml
    releaseName: web
    namespace: default
    outLayout: helm
    valuesFiles: [./values-prod.yaml]
    buildDependencies: true
    includeCRDs: true
    setValues:
    - key: image.tag
      value: \${{ imageFrom(vars.imageRepo).Tag }}`,
    ],
    [
      'helm-update-chart',
      `
- uses: helm-update-chart
  config:
    path: ./src/web
    charts: [{repository: https://charts.example, name: db, version: 2.0.0}]`,
    ],
    [
      'yaml-update',
      `
- uses: yaml-update
  config:
    path: ./src/values.yaml
    updates:
    - key: image.tag
      value: \${{ imageFrom(vars.imageRepo).Tag }}
    - key: replicas
      value: "3"`,
    ],
    [
      'json-update',
      `
- uses: json-update
  config:
    path: ./src/config.json
    updates: [{key: version, value: "\${{ imageFrom(vars.imageRepo).Tag }}"}]`,
    ],
    [
      'argocd-update',
      `
- uses: argocd-update
  config:
    apps:
    - name: web
      namespace: argocd
      sources:
      - repoURL: ${GIT}
        desiredRevision: \${{ outputs.push.commit }}
        updateTargetRevision: true`,
    ],
    [
      'copy',
      '[{uses: copy, config: {inPath: ./a/kustomization.yaml, outPath: ./b/kustomization.yaml}}]',
    ],
    ['delete', '[{uses: delete, config: {path: ./temp}}]'],
    [
      'http',
      `
- uses: http
  config:
    method: POST
    url: https://api.example/deploy
    headers: [{name: Authorization, value: "Bearer abc"}]
    body: '{"version":"\${{ ctx.freight.displayID }}"}'
    timeout: 5m
    successExpression: response.status >= 200 && response.status < 300
    failureExpression: response.status >= 500`,
    ],
    [
      'compose-output',
      `
- uses: compose-output
  config:
    pr_url: "\${{ vars.repoURL }}/pull/\${{ outputs['open-pr'].pr.id }}"
    commit_sha: "\${{ outputs['commit'].commit }}"`,
    ],
  ])('%s is taken as it stands', (_, yaml) => {
    expect(problemsOf(yaml)).toEqual([]);
  });

  // A guide to the pattern of pull requests leaves out what the steps cannot do without:
  // which checkout to push, and which repository and branch the pull request is of.
  it.each<[yaml: string, problems: string[]]>([
    [
      '[{uses: git-push, config: {generateTargetBranch: true, provider: github}}]',
      ['(root): path is required'],
    ],
    [
      `[{uses: git-open-pr, config: {targetBranch: main, title: "Promote to \${{ ctx.stage }}"}}]`,
      ['(root): repoURL is required', '(root): sourceBranch is required'],
    ],
    [
      `[{uses: git-wait-for-pr, config: {prNumber: "\${{ outputs['open-pr'].pr.id }}", timeout: 48h}}]`,
      [
        '(root): repoURL is required',
        '(root): Additional property timeout is not allowed',
      ],
    ],
  ])('what an excerpt leaves out is asked for: %s', (yaml, problems) => {
    expect(problemsOf(yaml)).toEqual(problems);
  });

  // Which Secret is meant is not told, and no Secret can have such a name.
  it('a key without its Secret is an error, and nothing is sent', () => {
    expect(() =>
      problemsOf(`
- uses: http
  config:
    url: https://api.example/deploy
    headers: [{name: Authorization, value: "Bearer \${{ secrets.apiToken }}"}]`),
    ).toThrow('nil has no members');
  });
});
