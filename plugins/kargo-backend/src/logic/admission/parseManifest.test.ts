import { formatProblem, KindName, KINDS } from 'backstage-plugin-kargo-common';
import { parse } from 'yaml';
import { z } from 'zod';
import { CopyConfig } from '../../builtins/steps/copy/config';
import { GitPushConfig } from '../../builtins/steps/git-push/config';
import { GitOpenPrConfig } from '../../builtins/steps/git-open-pr/config';
import { inOneTurn } from '../../testing/inOneTurn';
import { ManifestContext } from './ParsedManifest';
import { parseManifest } from './parseManifest';
import { InvalidResourceError } from './InvalidResourceError';

const CONTEXT = { subscriptionTypes: ['git', 'image', 'chart', 'npm'] };

/** What becomes of a manifest, all in one turn. */
function admit(manifest: unknown, context: ManifestContext = CONTEXT) {
  return inOneTurn(parseManifest(manifest, context));
}

function problemsOf(yaml: string): string[] {
  try {
    admit(parse(yaml));
    return [];
  } catch (error) {
    expect((error as Error).name).toBe('InvalidResourceError');
    return (error as InvalidResourceError).problems.map(formatProblem);
  }
}

const warehouse = (subscriptions: string, more = '') => `
apiVersion: kargo.akuity.io/v1alpha1
kind: Warehouse
metadata: {name: w, namespace: demo}
spec:
  subscriptions: ${subscriptions}
  ${more}
`;
const countedLabels = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`l${i}`, '']));
const stage = (spec: string) => `
apiVersion: kargo.akuity.io/v1alpha1
kind: Stage
metadata: {name: s, namespace: demo}
spec: ${spec}
`;
const DIRECT = '{origin: {kind: Warehouse, name: w}, sources: {direct: true}}';
const steps = (text: string) =>
  stage(
    `{requestedFreight: [${DIRECT}], promotionTemplate: {spec: {steps: ${text}}}}`,
  );
const clusterConfig = (spec: string) => `
apiVersion: kargo.akuity.io/v1alpha1
kind: ClusterConfig
metadata: {name: cluster}
spec: ${spec}
`;
const projectConfig = (spec: string) => `
apiVersion: kargo.akuity.io/v1alpha1
kind: ProjectConfig
metadata: {name: demo, namespace: demo}
spec: ${spec}
`;

describe('parseManifest', () => {
  it.each<[name: string, yaml: string, problems: string[]]>([
    [
      'a list',
      '[]',
      [
        '(root): found a list of 0, expected an object with apiVersion, kind and metadata',
      ],
    ],
    [
      'no kind',
      '{apiVersion: v1}',
      [
        'kind: found nothing, expected one of Project, ProjectConfig, ClusterConfig, Warehouse, Freight, Stage, Promotion, PromotionTask, ClusterPromotionTask, AnalysisTemplate, ClusterAnalysisTemplate, AnalysisRun, Secret, ConfigMap, ServiceAccount, Role, RoleBinding',
      ],
    ],
    [
      'another version',
      '{apiVersion: kargo.akuity.io/v1, kind: Stage}',
      [
        'apiVersion: found "kargo.akuity.io/v1", expected "kargo.akuity.io/v1alpha1"',
      ],
    ],
    [
      'no name and no project',
      '{apiVersion: kargo.akuity.io/v1alpha1, kind: Warehouse, metadata: {}, spec: {subscriptions: [{image: {repoURL: x}}]}}',
      [
        'metadata.name: found nothing, expected a lower-case RFC 1123 name of at most 253 characters',
        'metadata.namespace: found nothing, expected the name of the Project it belongs to',
      ],
    ],
    [
      'a name that is none',
      '{apiVersion: kargo.akuity.io/v1alpha1, kind: Project, metadata: {name: My_Project}}',
      [
        'metadata.name: found "My_Project", expected a lower-case RFC 1123 name of at most 253 characters',
      ],
    ],
    [
      'everything wrong at once',
      warehouse(
        '[{image: {repoURL: "https://nope", constraint: 5, strictSemver: true}}, {git: {repoURL: nope, discoveryLimit: 0}}]',
        'interval: soon',
      ),
      [
        'spec.interval: found "soon", expected a duration such as "30s", "5m" or "1h30m"',
        'spec.subscriptions[0].image.repoURL: found "https://nope", expected an image repository without tag or scheme',
        'spec.subscriptions[0].image.constraint: found 5, expected a string',
        'spec.subscriptions[0].image.strictSemver: found an unknown field, expected "strictSemvers"',
        'spec.subscriptions[1].git.repoURL: found "nope", expected a git URL (https://…, ssh://… or user@host:path)',
        'spec.subscriptions[1].git.discoveryLimit: found 0, expected at least 1',
      ],
    ],
    [
      'no subscription',
      warehouse('[]'),
      ['spec.subscriptions: found a list of 0, expected at least 1 elements'],
    ],
    [
      'two types in one',
      warehouse('[{image: {repoURL: x}, git: {repoURL: "https://h/x"}}]'),
      [
        'spec.subscriptions[0]: found an object, expected exactly one subscription type (git, image, chart, …)',
      ],
    ],
    [
      'constraints and patterns that cannot be read',
      warehouse(
        '[{image: {repoURL: x, constraint: "^^1", allowTagsRegexes: ["(", "ok"]}}, {git: {repoURL: "https://h/x", includePaths: ["regex:("]}}]',
      ),
      [
        'spec.subscriptions[0].image.allowTagsRegexes[0]: found "(", expected a regular expression (RE2) (pattern "(" is not a valid regular expression (RE2): error parsing regexp: missing closing ): `(`)',
        'spec.subscriptions[0].image.constraint: found "^^1", expected a semver constraint such as "^1.2.0" ("^^1" is not a version constraint; expected comparators such as ">=1.2.0 <2", "^1.2" or "1.x")',
        'spec.subscriptions[1].git.includePaths[0]: found "regex:(", expected a folder, "glob:…" or "regex:…" (pattern "(" is not a valid regular expression (RE2): error parsing regexp: missing closing ): `(`)',
      ],
    ],
    [
      'Digest without a tag',
      warehouse('[{image: {repoURL: x, imageSelectionStrategy: Digest}}]'),
      [
        'spec.subscriptions[0].image.constraint: found nothing, expected the mutable tag to follow, which the Digest strategy needs',
      ],
    ],
    [
      'Digest with what is no tag',
      warehouse(
        '[{image: {repoURL: x, imageSelectionStrategy: Digest, constraint: "../y/manifests/1"}}]',
      ),
      [
        'spec.subscriptions[0].image.constraint: found "../y/manifests/1", expected a tag, of at most 128 letters, digits, "_", "-" and "."',
      ],
    ],
    [
      'the same repository twice',
      warehouse(
        '[{git: {repoURL: "https://H/x.git"}}, {git: {repoURL: "https://h/x"}}]',
      ),
      [
        'spec.subscriptions[1]: found an object, expected another repository than subscription 0 (git https://h/x)',
      ],
    ],
    [
      'a chart without a name',
      warehouse('[{chart: {repoURL: "https://h/charts"}}]'),
      [
        'spec.subscriptions[0].chart.name: found nothing, expected the name of a chart in the repository',
      ],
    ],
    [
      'an OCI chart with a name',
      warehouse('[{chart: {repoURL: "oci://h/c", name: c}}]'),
      [
        'spec.subscriptions[0].chart.name: found "c", expected nothing: an oci:// URL names the chart itself',
      ],
    ],
    [
      'an unknown type',
      warehouse('[{name: a, pypi: {config: {}}}]'),
      [
        'spec.subscriptions[0].pypi: found an object, expected an installed subscription type (git, image, chart, npm)',
      ],
    ],
    [
      'another type without a name',
      warehouse('[{npm: {config: {}}}]'),
      [
        'spec.subscriptions[0].name: found nothing, expected a name, which npm subscriptions need',
      ],
    ],
    [
      'no requested Freight',
      stage('{requestedFreight: []}'),
      [
        'spec.requestedFreight: found a list of 0, expected at least 1 elements',
      ],
    ],
    [
      'an origin twice',
      stage(`{requestedFreight: [${DIRECT}, ${DIRECT}]}`),
      [
        'spec.requestedFreight[1].origin.name: found "w", expected an origin that is not requested already',
      ],
    ],
    [
      'MatchUpstream without one upstream',
      stage(
        '{requestedFreight: [{origin: {kind: Warehouse, name: w}, sources: {stages: [a, b], autoPromotionOptions: {selectionPolicy: MatchUpstream}}}]}',
      ),
      [
        'spec.requestedFreight[0].sources.autoPromotionOptions.selectionPolicy: found "MatchUpstream", expected MatchUpstream only with exactly one upstream stage and without direct',
      ],
    ],
    [
      'a soak time that is none',
      stage(
        '{requestedFreight: [{origin: {kind: Warehouse, name: w}, sources: {stages: [a], requiredSoakTime: 1d}}]}',
      ),
      [
        'spec.requestedFreight[0].sources.requiredSoakTime: found "1d", expected a duration such as "30s", "5m" or "1h30m"',
      ],
    ],
    [
      'steps that contradict themselves',
      steps(
        '[{uses: a, task: {name: t}}, {as: step-1, uses: b}, {as: x, uses: c}, {as: x, task: {name: t}, if: "${{ true }}"}, {}]',
      ),
      [
        'spec.promotionTemplate.spec.steps[0]: found an object, expected exactly one of "uses" and "task"',
        'spec.promotionTemplate.spec.steps[1].as: found "step-1", expected an alias that is not reserved (step-<n>, task-<n>)',
        'spec.promotionTemplate.spec.steps[3].as: found "x", expected an alias that is unique among the steps',
        'spec.promotionTemplate.spec.steps[3].if: found "${{ true }}", expected nothing: a task step cannot have it',
        'spec.promotionTemplate.spec.steps[4]: found an object, expected exactly one of "uses" and "task"',
      ],
    ],
    [
      'fields of older versions',
      stage(`{subscriptions: {warehouse: w}, promotionMechanisms: {}}`),
      [
        'spec.requestedFreight: found nothing, expected an array',
        'spec.subscriptions: found an unknown field, expected "requestedFreight"',
        'spec.promotionMechanisms: found an unknown field, expected "promotionTemplate"',
      ],
    ],
    [
      'policies that contradict each other',
      projectConfig(
        '{promotionPolicies: [{stage: a, stageSelector: {name: b}}, {stage: a}, {stageSelector: {name: "foo:x"}}, {stageSelector: {name: "regex:("}}, {}]}',
      ),
      [
        'spec.promotionPolicies[0]: found an object, expected exactly one of "stage", "stages" and "stageSelector"',
        "spec.promotionPolicies[1]: found an object, expected a Stage without an earlier policy ('a' has one)",
        'spec.promotionPolicies[2].stageSelector.name: found "foo:x", expected an exact name, "glob:…" or "regex:…"',
        'spec.promotionPolicies[3].stageSelector.name: found "regex:(", expected a pattern (pattern "(" is not a valid regular expression (RE2): error parsing regexp: missing closing ): `(`)',
        'spec.promotionPolicies[4]: found an object, expected exactly one of "stage", "stages" and "stageSelector"',
      ],
    ],
    [
      'receivers that are none, or would refresh everything',
      projectConfig(
        '{webhookReceivers: [{name: a}, {name: a, quay: {secretRef: {name: s}}, harbor: {secretRef: {name: s}}}, {name: b, generic: {secretRef: {name: s}, actions: [{action: Refresh, targetSelectionCriteria: [{kind: Warehouse}, {kind: Warehouse, labelSelector: {matchLabels: {}}}, {kind: Promotion, indexSelector: {matchIndices: []}}, {kind: Warehouse, labelSelector: {matchLabels: {a: b}}}]}]}}, {name: c, quay: {}}]}',
      ),
      [
        'spec.webhookReceivers[3].quay.secretRef: found nothing, expected an object',
        'spec.webhookReceivers[0]: found an object, expected a name and exactly one provider',
        'spec.webhookReceivers[1].name: found "a", expected a unique name',
        'spec.webhookReceivers[1]: found an object, expected a name and exactly one provider',
        'spec.webhookReceivers[2].generic.actions[0].targetSelectionCriteria[0]: found an object, expected at least one of "name", "labelSelector" and "indexSelector"',
        'spec.webhookReceivers[2].generic.actions[0].targetSelectionCriteria[1]: found an object, expected at least one of "name", "labelSelector" and "indexSelector"',
        'spec.webhookReceivers[2].generic.actions[0].targetSelectionCriteria[2]: found an object, expected at least one of "name", "labelSelector" and "indexSelector"',
      ],
    ],
    [
      'generic receivers that do nothing',
      projectConfig(
        '{webhookReceivers: [{name: a, generic: {secretRef: {name: s}, actions: []}}, {name: b, generic: {secretRef: {name: s}, actions: [{action: Refresh, targetSelectionCriteria: []}]}}]}',
      ),
      [
        'spec.webhookReceivers[0].generic.actions: found a list of 0, expected at least 1 elements',
        'spec.webhookReceivers[1].generic.actions[0].targetSelectionCriteria: found a list of 0, expected at least 1 elements',
      ],
    ],
    [
      'an address of nobody',
      clusterConfig('{gitClient: {name: "", email: nope}}'),
      [
        'spec.gitClient.name: found "", expected at least 1 characters',
        'spec.gitClient.email: found "nope", expected a mail address',
      ],
    ],
    [
      'a day, where a moment is meant',
      warehouse('[{git: {repoURL: https://git.example/a, since: 2024-01-01}}]'),
      [
        'spec.subscriptions[0].git.since: found "2024-01-01", expected a time such as "2026-01-31T12:00:00Z"',
      ],
    ],
    [
      'a configuration of another project',
      '{apiVersion: kargo.akuity.io/v1alpha1, kind: ProjectConfig, metadata: {name: other, namespace: demo}, spec: {}}',
      [
        'metadata.name: found "other", expected "demo", the name of its project',
      ],
    ],
    [
      'a task in a task',
      '{apiVersion: kargo.akuity.io/v1alpha1, kind: PromotionTask, metadata: {name: t, namespace: demo}, spec: {steps: [{task: {name: u}}]}}',
      [
        'spec.steps[0].task: found an object, expected "uses": tasks cannot be nested',
      ],
    ],
    [
      'a Promotion of nothing',
      '{apiVersion: kargo.akuity.io/v1alpha1, kind: Promotion, metadata: {namespace: demo}, spec: {stage: s}}',
      ['spec: found an object, expected exactly one of "freight" and "origin"'],
    ],
    [
      'a secret value is never shown',
      '{apiVersion: v1, kind: Secret, metadata: {name: s, namespace: demo}, stringData: {password: 12345}}',
      ['stringData.password: found a number, expected a string'],
    ],
    [
      'nor one that is a list',
      '{apiVersion: v1, kind: Secret, metadata: {name: s, namespace: demo}, stringData: {password: [hunter2], user: {a: b}}}',
      [
        'stringData.password: found a list of 1, expected a string',
        'stringData.user: found an object, expected a string',
      ],
    ],
    ...[
      ['Secret', 'stringData'],
      ['ConfigMap', 'data'],
    ].map(([kind, field]): [string, string, string[]] => [
      `keys of a ${kind} that no cluster takes`,
      `{apiVersion: v1, kind: ${kind}, metadata: {name: s, namespace: demo}, ${field}: {a/b: hunter2, ..: x, .: x, ..a: x, ...: x, a..b: x, .a: x, "": x, ${'k'.repeat(
        254,
      )}: x}}`,
      ['["a/b"]', '[".."]', '["."]', '["..a"]', '["..."]', '[""]']
        .concat(`.${'k'.repeat(254)}`)
        .map(key => expect.stringContaining(`${field}${key}: found a string`)),
    ]),
    [
      'a list of what has names',
      '{apiVersion: v1, kind: ConfigMap, metadata: {name: c, namespace: demo}, data: [a]}',
      ['data: found a list of 1, expected an object'],
    ],
  ])('%s', (_, yaml, problems) => {
    expect(problemsOf(yaml)).toEqual(problems);
  });

  it.each<[string, string]>([
    [
      'a Warehouse of all types',
      warehouse(`
  - image:
      repoURL: public.ecr.aws/nginx/nginx
      imageSelectionStrategy: SemVer
      constraint: ^1.26.0
  - git:
      repoURL: https://github.com/example/repo.git
      branch: main
      commitSelectionStrategy: NewestFromBranch
      expressionFilter: subject contains 'feat:' || subject contains 'fix:'
      includePaths: [apps/guestbook, "glob:apps/*/config"]
      excludePaths: [apps/guestbook/README.md, 'regex:.*\\.test\\.yaml$']
  - chart:
      repoURL: https://charts.example.com
      name: my-chart
      semverConstraint: ^1.0.0`),
    ],
    [
      'a Stage with variables, steps and verification',
      stage(`
  vars:
  - name: gitopsRepo
    value: https://github.com/example/repo.git
  - name: targetBranch
    value: stage/test
  requestedFreight:
  - origin:
      kind: Warehouse
      name: my-warehouse
    sources:
      stages: [uat, qa]
      availabilityStrategy: All
      requiredSoakTime: 24h
  promotionTemplate:
    spec:
      steps:
      - uses: git-clone
        config:
          repoURL: \${{ vars.gitopsRepo }}
      - uses: kustomize-set-image
        as: update
        if: \${{ success() }}
        continueOnError: true
        retry: {timeout: 5m, errorThreshold: 3}
      - task: {name: publish, kind: ClusterPromotionTask}
        vars: [{name: branch, value: main}]
      - uses: argocd-update
  verification:
    analysisTemplates:
    - name: integration-test
    analysisRunMetadata:
      labels: {env: test}
    args:
    - name: commit
      value: \${{ commitFrom("https://github.com/example/repo.git").ID }}`),
    ],
    [
      'policies by name, pattern and label',
      projectConfig(
        '{promotionPolicies: [{stage: test, autoPromotionEnabled: true}, {stageSelector: {name: "glob:uat-*"}, autoPromotionEnabled: true}, {stageSelector: {matchLabels: {tier: lab}}}]}',
      ),
    ],
    [
      'a Project',
      '{apiVersion: kargo.akuity.io/v1alpha1, kind: Project, metadata: {name: my-project}}',
    ],
    [
      'a Promotion, whose name is computed',
      '{apiVersion: kargo.akuity.io/v1alpha1, kind: Promotion, metadata: {namespace: demo}, spec: {stage: s, freight: f}}',
    ],
  ])('accepts %s', (_, yaml) => {
    expect(problemsOf(yaml)).toEqual([]);
  });

  it('fills in what Kargo fills in', () => {
    const parsed = admit(
      parse(
        warehouse(
          '[{image: {repoURL: x}}, {git: {repoURL: "https://h/x"}}, {chart: {repoURL: "oci://h/c"}}]',
        ),
      ),
      CONTEXT,
    );
    expect(parsed.spec).toMatchObject({
      interval: '5m0s',
      freightCreationPolicy: 'Automatic',
      subscriptions: [
        {
          image: {
            imageSelectionStrategy: 'SemVer',
            strictSemvers: true,
            discoveryLimit: 20,
          },
        },
        {
          git: {
            commitSelectionStrategy: 'NewestFromBranch',
            strictSemvers: true,
            discoveryLimit: 20,
          },
        },
        { chart: { discoveryLimit: 20 } },
      ],
    });
  });

  it('says all of it in one message', () => {
    expect(() =>
      admit(parse(warehouse('[]', 'interval: soon')), CONTEXT),
    ).toThrow(
      `Warehouse 'w' is invalid: spec.interval: found "soon", expected a duration such as "30s", "5m" or "1h30m"; spec.subscriptions: found a list of 0, expected at least 1 elements`,
    );
  });

  it.each<[name: string, yaml: string, kept: object, warnings: string[]]>([
    [
      'policies of an older Project',
      '{apiVersion: kargo.akuity.io/v1alpha1, kind: Project, metadata: {name: p}, spec: {promotionPolicies: [{stage: test}]}}',
      {},
      [
        "Project 'p': ignored spec.promotionPolicies: found an unknown field, expected it in the spec of a ProjectConfig named like the Project",
      ],
    ],
    [
      'a field in the wrong place',
      steps('[{uses: rest, image: x}]'),
      {
        requestedFreight: expect.anything(),
        promotionTemplate: { spec: { steps: [{ uses: 'rest' }] } },
      },
      [
        "Stage 's': ignored spec.promotionTemplate.spec.steps[0].image: found an unknown field, expected one of uses, task, as, if, continueOnError, retry, unmasked, vars, config",
      ],
    ],
    [
      'fields that are null',
      stage(
        `{vars: , shard: null, requestedFreight: [${DIRECT}], promotionTemplate: {spec: {steps: [{uses: rest, config: }]}}}`,
      ),
      {
        requestedFreight: expect.anything(),
        promotionTemplate: { spec: { steps: [{ uses: 'rest' }] } },
      },
      [],
    ],
    ['a spec that is null', projectConfig('~'), {}, []],
    ...['{}', '{args: []}', '{analysisTemplates: []}'].map(
      (verification): [string, string, object, string[]] => [
        `a verification by nothing, ${verification}`,
        stage(`{requestedFreight: [${DIRECT}], verification: ${verification}}`),
        {
          requestedFreight: expect.anything(),
          verification: expect.anything(),
        },
        [
          "Stage 's': spec.verification: there are no analysisTemplates, so every verification ends in an error; without spec.verification what is healthy counts as verified",
        ],
      ],
    ),
    [
      'a verification by a template',
      stage(
        `{requestedFreight: [${DIRECT}], verification: {analysisTemplates: [{name: a}]}}`,
      ),
      { requestedFreight: expect.anything(), verification: expect.anything() },
      [],
    ],
    [
      'a receiver of a type that an extension adds, with fields of its own',
      projectConfig(
        '{webhookReceivers: [{name: g, forgery: {secretRef: {name: s}, team: web}}]}',
      ),
      {
        webhookReceivers: [
          { name: 'g', forgery: { secretRef: { name: 's' }, team: 'web' } },
        ],
      },
      [],
    ],
    [
      'a receiver of a type that nobody installed',
      projectConfig(
        '{webhookReceivers: [{name: q, quay: {secretRef: {name: s}}}, {name: g, gogs: {secretRef: {name: s}}}]}',
      ),
      { webhookReceivers: expect.anything() },
      [
        'ProjectConfig \'demo\': spec.webhookReceivers[1].gogs: no webhook receiver of type "gogs" is installed; it gets no URL',
      ],
    ],
    [
      'a receiver of the installation of a type that nobody installed',
      clusterConfig(
        '{webhookReceivers: [{name: g, gogs: {secretRef: {name: s}}}]}',
      ),
      { webhookReceivers: expect.anything() },
      [
        'ClusterConfig \'cluster\': spec.webhookReceivers[0].gogs: no webhook receiver of type "gogs" is installed; it gets no URL',
      ],
    ],
    [
      'a generic receiver of Promotions, with a field that nobody knows',
      projectConfig(
        '{webhookReceivers: [{name: g, generic: {secretRef: {name: s}, actions: [{action: Refresh, name: x, targetSelectionCriteria: [{kind: Promotion, name: p}]}]}}]}',
      ),
      { webhookReceivers: expect.anything() },
      [
        "ProjectConfig 'demo': ignored spec.webhookReceivers[0].generic.actions[0].name: found an unknown field, expected one of action, whenExpression, parameters, targetSelectionCriteria",
      ],
    ],
    ...['deploy@localhost', 'jo@b.c', 'Jo Doe <jo@b.example>'].map(
      (email): [string, string, object, string[]] => [
        `the address ${email}`,
        clusterConfig(`{gitClient: {email: ${email}}}`),
        { gitClient: { email } },
        [],
      ],
    ),
    [
      'a generic receiver without actions',
      projectConfig(
        '{webhookReceivers: [{name: g, generic: {secretRef: {name: s}}}]}',
      ),
      { webhookReceivers: expect.anything() },
      [],
    ],
    [
      'filters that were removed',
      warehouse('[{git: {repoURL: https://git.example/a, allowTags: x}}]'),
      expect.objectContaining({
        subscriptions: [
          { git: expect.objectContaining({ allowTagsRegexes: ['x'] }) },
        ],
      }) as object,
      [
        'Warehouse \'w\': spec.subscriptions[0].git.allowTags: this is the name that "allowTagsRegexes" had in older releases; it is read as that',
      ],
    ],
    [
      'a password in a URL',
      warehouse('[{git: {repoURL: "https://jo:hunter2@git.example/a"}}]'),
      expect.anything() as object,
      [
        "Warehouse 'w': spec.subscriptions[0].git.repoURL: a password in a URL is stored as it is, and masked only where it is shown; keep it in credentials",
      ],
    ],
    [
      'windows and rollbacks of the commercial Kargo',
      projectConfig(
        '{promotionWindows: [{name: freeze, kind: Deny}], promotionPolicies: [{stage: a}, {stage: b, autoRollback: {}}]}',
      ),
      expect.anything() as object,
      [
        "ProjectConfig 'demo': spec.promotionWindows: this is kept and not obeyed here; Freight is promoted at any time",
        "ProjectConfig 'demo': spec.promotionPolicies[1].autoRollback: this is kept and not obeyed here; nothing is rolled back by itself",
      ],
    ],
    [
      'windows of the whole installation',
      '{apiVersion: kargo.akuity.io/v1alpha1, kind: ClusterConfig, metadata: {name: cluster}, spec: {promotionWindows: [{name: freeze}]}}',
      expect.anything() as object,
      [
        "ClusterConfig 'cluster': spec.promotionWindows: this is kept and not obeyed here; Freight is promoted at any time",
      ],
    ],
    [
      'Targets of a Stage',
      stage(
        `{requestedFreight: [${DIRECT}], targets: {selectors: [{matchLabels: {a: b}}]}}`,
      ),
      expect.anything() as object,
      [
        "Stage 's': spec.targets: this is kept and not obeyed here; nothing is promoted to the Stage while it is there",
      ],
    ],
    [
      'steps that nobody installed, and fields that a step does not know',
      steps(
        '[{uses: nope}, {uses: copy, config: {inPath: a, outPath: b, from: c}}]',
      ),
      expect.anything() as object,
      [
        'Stage \'s\': spec.promotionTemplate.spec.steps[0].uses: no step "nope" is installed; Promotions will fail there',
        'Stage \'s\': spec.promotionTemplate.spec.steps[1].config.from: "copy" does not know this field and will refuse it, expected one of inPath, outPath, ignore',
      ],
    ],
    [
      'what a step will refuse, as far as no expression decides that',
      steps(
        [
          '[{uses: copy}',
          '{uses: copy, config: {inPath: 3, outPath: "${{ vars.out }}"}}',
          '{uses: copy, config: {inPath: a, outPath: b, ignore: "${{ vars.some }}"}}',
          '{uses: git-push, config: {path: a, tag: v1, targetBranch: b}}',
          '{uses: git-push, config: {path: a, tag: v1, targetBranch: "${{ vars.branch }}"}}',
          '{uses: git-push, config: {path: a, provider: hunter2, maxAttempts: "${{ vars.most }}"}}]',
        ].join(', '),
      ),
      expect.anything() as object,
      [
        'Stage \'s\': spec.promotionTemplate.spec.steps[0].config.inPath: found nothing, expected a string; "copy" will refuse it',
        'Stage \'s\': spec.promotionTemplate.spec.steps[0].config.outPath: found nothing, expected a string; "copy" will refuse it',
        'Stage \'s\': spec.promotionTemplate.spec.steps[1].config.inPath: expected a string; "copy" will refuse it',
        'Stage \'s\': spec.promotionTemplate.spec.steps[3].config: Must validate one and only one schema (oneOf): give at most one of "targetBranch", "generateTargetBranch: true" and "tag", and no "force: true" with a "tag"; "git-push" will refuse it',
        'Stage \'s\': spec.promotionTemplate.spec.steps[5].config.provider: expected one of "azure", "bitbucket", "gitea", "github", "gitlab"; "git-push" will refuse it',
      ],
    ],
    [
      'expressions that can never be evaluated',
      stage(
        `{vars: [{name: a, value: '\${{ b( }}'}, {name: c, value: '\${{ later }}'}], requestedFreight: [${DIRECT}], promotionTemplate: {spec: {vars: [{name: d, value: '\${{ success() }}'}], steps: [{uses: rest, if: '\${{ sucess() }}', vars: [{name: e, value: '\${{ 1 +'}]}]}}, verification: {analysisTemplates: [{name: a}], args: [{name: f, value: '\${{ quote() }}'}]}}`,
      ),
      expect.anything() as object,
      [
        'Stage \'s\': spec.promotionTemplate.spec.steps[0].if: there is no function "sucess" here; Promotions will fail there',
        "Stage 's': spec.promotionTemplate.spec.steps[0].vars[0].value: '${{' has no closing '}}'; Promotions will fail there",
        "Stage 's': spec.vars[0].value: unexpected end of expression (line 1, column 3) in 'b('; Promotions will fail there",
        'Stage \'s\': spec.promotionTemplate.spec.vars[0].value: there is no function "success" here; Promotions will fail there',
        "Stage 's': spec.verification.args[0].value: quote() does not take 0 arguments (line 1, column 1) in 'quote()'; verifications will fail there",
      ],
    ],
    [
      'a metric that nobody can measure here',
      '{apiVersion: argoproj.io/v1alpha1, kind: AnalysisTemplate, metadata: {name: t, namespace: demo}, spec: {metrics: [{name: a, provider: {web: {}}}, {name: b, provider: {skywalking: {}}}]}}',
      {
        metrics: [
          expect.objectContaining({ provider: { web: {} } }),
          expect.objectContaining({ provider: { skywalking: {} } }),
        ],
      },
      [
        'AnalysisTemplate \'t\': spec.metrics[1].provider: no metric provider "skywalking" is installed; verifications will fail there',
      ],
    ],
    [
      'a step in the words of an older release, as it is written',
      steps(
        '[{uses: git-open-pr, config: {repoURL: "https://github.com/a/b", sourceBranch: a, targetBranch: b, createTargetBranch: true}}]',
      ),
      {
        requestedFreight: expect.anything(),
        promotionTemplate: {
          spec: {
            steps: [
              {
                uses: 'git-open-pr',
                config: {
                  repoURL: 'https://github.com/a/b',
                  sourceBranch: 'a',
                  targetBranch: 'b',
                  createTargetBranch: true,
                },
              },
            ],
          },
        },
      },
      [
        'Stage \'s\': spec.promotionTemplate.spec.steps[0].config.createTargetBranch: this field has had no effect since Kargo 1.10 and is left out; a git-clone step with "create: true" makes the branch',
      ],
    ],
  ])('accepts %s and says what surprises', (_, yaml, kept, warnings) => {
    const said: string[] = [];
    const parsed = admit(parse(yaml), {
      ...CONTEXT,
      installation: {
        steps: new Map<string, z.ZodType>([
          ['copy', CopyConfig],
          ['git-open-pr', GitOpenPrConfig],
          ['git-push', GitPushConfig],
          ['rest', z.strictObject({})],
        ]),
        metricProviders: new Map([['web', {}]]),
        receiverTypes: new Map(
          ['forgery', 'generic', 'quay'].map(type => [type, {}]),
        ),
      },
      warn: text => said.push(text),
    });
    expect(parsed.spec ?? {}).toEqual(kept);
    expect(said).toEqual(warnings);
    expect(said.join()).not.toContain('hunter2');
  });

  describe('where tags must be taken as not moving', () => {
    const image = { repoURL: 'ghcr.io/a/b' };
    const admitImage = (more: object, stored?: object) =>
      admit(
        {
          apiVersion: 'kargo.akuity.io/v1alpha1',
          kind: 'Warehouse',
          metadata: { name: 'w', namespace: 'p', labels: { a: 'b' } },
          spec: {
            interval: '5m',
            subscriptions: [{ image: { ...image, ...more } }],
          },
        },
        {
          ...CONTEXT,
          installation: { steps: new Map(), requiresCacheByTag: true },
          ...(stored && { stored }),
        },
      );

    it.each([
      [{ cacheByTag: true }],
      [{ imageSelectionStrategy: 'Digest', constraint: 'latest' }],
    ])('takes %j', more => {
      expect(() => admitImage(more)).not.toThrow();
    });

    it.each([
      [{}],
      [{ cacheByTag: false }],
      [{ imageSelectionStrategy: 'NewestBuild' }],
    ])('refuses %j, and leaves what was stored before alone', more => {
      expect(() => admitImage(more)).toThrow(
        'spec.subscriptions[0].image.cacheByTag: found',
      );
      const spec = {
        interval: '5m',
        subscriptions: [{ image: { ...image, ...more } }],
      };
      expect(() => admitImage(more, { spec })).not.toThrow();
    });
  });

  describe('expressions of a Warehouse', () => {
    const admitWith = (spec: object) => {
      const said: string[] = [];
      admit(
        {
          apiVersion: 'kargo.akuity.io/v1alpha1',
          kind: 'Warehouse',
          metadata: { name: 'w', namespace: 'p' },
          spec: { interval: '5m', ...spec },
        },
        { ...CONTEXT, warn: text => said.push(text) },
      );
      return said;
    };
    const repoURL = 'https://github.com/a/b';

    it.each([
      ['', undefined],
      ['subject contains "x"', undefined],
      ['commitDate.Year() >= 2024 && tag == nil', undefined],
      ['nope == null', undefined],
      ['   ', 'unexpected end of expression (line 1, column 4)'],
      ['subject contains', 'unexpected end of expression (line 1, column 17)'],
      ['${{ subject }}', 'unexpected { (line 1, column 2)'],
      ['true and 1', expect.stringContaining('bool')],
      ['imageFrom("x") == nil', 'there is no function "imageFrom" here'],
    ])('expressionFilter %j', (expressionFilter, problem) => {
      const git = { repoURL, expressionFilter };
      expect(admitWith({ subscriptions: [{ git }] })).toEqual(
        problem === undefined
          ? []
          : [
              typeof problem === 'string'
                ? `Warehouse 'w': spec.subscriptions[0].git.expressionFilter: ${problem}; discovery will fail there`
                : problem,
            ],
      );
    });

    it.each([
      ['', undefined],
      ['  ', undefined],
      ['  imageFrom("a/b").Tag == "1"  ', undefined],
      ['let c = commitFrom("x"); c != nil', undefined],
      ['imageFrom("a/b") != null', expect.stringContaining('null')],
      ['imageFrom("a/b").tag == "1"', expect.stringContaining('mean Tag?')],
      ['imageFrom()', expect.stringContaining('0 arguments')],
      [
        'repoCredentials("u", "git") != nil',
        expect.stringContaining('"repoCredentials"'),
      ],
      ['secret("x")', 'there is no function "secret" here'],
      ['1 +', 'unexpected end of expression (line 1, column 4)'],
    ])('freightCreationCriteria %j', (expression, problem) => {
      const warnings = admitWith({
        subscriptions: [{ git: { repoURL } }],
        freightCreationCriteria: { expression },
      });
      expect(warnings).toEqual(
        problem === undefined
          ? []
          : [
              typeof problem === 'string'
                ? `Warehouse 'w': spec.freightCreationCriteria.expression: ${problem}; no Freight will be made`
                : problem,
            ],
      );
    });
  });

  it('says nothing of a configuration that its own schema cannot judge yet', () => {
    const said: string[] = [];
    const Config = z.strictObject({
      url: z.string().transform(url => new URL(url).host),
    });
    admit(
      parse(steps("[{uses: acme-call, config: {url: '${{ vars.url }}'}}]")),
      {
        ...CONTEXT,
        installation: { steps: new Map([['acme-call', Config]]) },
        warn: text => said.push(text),
      },
    );
    expect(said).toEqual([]);
  });

  it.each<[string, string, string]>([
    ['image', 'tagSelectionStrategy: SemVer', 'imageSelectionStrategy'],
    ['git', 'semverConstraints: ^1', 'semverConstraint'],
  ])(
    'refuses an unknown field of a subscription: %s %s',
    (type, field, meant) => {
      const repoURL = type === 'git' ? 'https://git.example/a' : 'ghcr.io/a/b';
      const [name] = field.split(':');
      expect(
        problemsOf(warehouse(`[{${type}: {repoURL: "${repoURL}", ${field}}}]`)),
      ).toEqual([
        `spec.subscriptions[0].${type}.${name}: found an unknown field, expected "${meant}"`,
      ]);
    },
  );

  it('refuses both names of a field of a step', () => {
    expect(
      problemsOf(
        steps(
          '[{uses: git-commit, config: {path: a, message: m, messageFromSteps: [b]}}]',
        ),
      ),
    ).toEqual([
      'spec.promotionTemplate.spec.steps[0].config.messageFromSteps: found the older name of "message" beside it, expected only "message"',
    ]);
  });

  it('refuses both names of a field, and takes the older one alone', () => {
    const image = 'repoURL: ghcr.io/a/b, semverConstraint: ^1';
    expect(
      problemsOf(warehouse(`[{image: {${image}, constraint: ^2}}]`)),
    ).toEqual([
      'spec.subscriptions[0].image.semverConstraint: found the older name of "constraint" beside it, expected only "constraint"',
    ]);
    const { spec } = admit(parse(warehouse(`[{image: {${image}}}]`)), CONTEXT);
    expect(spec).toMatchObject({
      subscriptions: [{ image: { constraint: '^1' } }],
    });
  });

  it.each<[string, object, string[]]>([
    [
      'values',
      { spec: { interval: '1m', unknown: Array(20_000).fill(1) } },
      [expect.stringMatching(/^\(root\): found more than 20000 values, /)],
    ],
    [
      'subscriptions',
      {
        spec: {
          subscriptions: Array.from({ length: 501 }, (_, i) => ({
            image: { repoURL: `ghcr.io/acme/${i}` },
          })),
        },
      },
      [
        'spec.subscriptions: found a list of 501, expected at most 500 elements',
      ],
    ],
    [
      'labels',
      {
        metadata: {
          name: 'w',
          namespace: 'demo',
          labels: countedLabels(1_001),
        },
      },
      [
        'metadata.labels: found an object, expected at most 1000 labels, there are 1001',
      ],
    ],
    [
      'steps',
      {
        kind: 'PromotionTask',
        spec: { steps: Array(1_001).fill({ uses: 'a' }) },
      },
      ['spec.steps: found a list of 1001, expected at most 1000 elements'],
    ],
    [
      'upstream Stages',
      {
        kind: 'Stage',
        spec: {
          requestedFreight: [
            {
              origin: { kind: 'Warehouse', name: 'w' },
              sources: { stages: Array(1_000).fill('a') },
            },
          ],
        },
      },
      [
        'spec.requestedFreight: found a list of 1, expected at most 1000 origins and upstream Stages in all',
      ],
    ],
    [
      'policies with a pattern',
      {
        kind: 'ProjectConfig',
        metadata: { name: 'demo', namespace: 'demo' },
        spec: {
          promotionPolicies: Array(101).fill({
            stageSelector: { name: 'glob:a*' },
          }),
        },
      },
      [
        'spec.promotionPolicies: found a list of 101, expected at most 100 policies whose name is a pattern, found 101',
      ],
    ],
    [
      'instructions of a regular expression',
      {
        spec: {
          interval: '5m',
          subscriptions: [
            {
              image: {
                repoURL: 'x',
                allowTagsRegexes: ['[a-z0-9./-]{1,1000}'],
              },
            },
            {
              git: {
                repoURL: 'https://h/x',
                includePaths: ['regex:[a-z0-9./-]{1,1000}'],
              },
            },
          ],
        },
      },
      [
        expect.stringMatching(
          /^spec.subscriptions\[0\].image.allowTagsRegexes\[0\]: .* repeats too much/,
        ),
        expect.stringMatching(
          /^spec.subscriptions\[1\].git.includePaths\[0\]: .* repeats too much/,
        ),
      ],
    ],
    [
      'instructions of the name of a policy',
      {
        kind: 'ProjectConfig',
        metadata: { name: 'demo', namespace: 'demo' },
        spec: {
          promotionPolicies: [
            { stageSelector: { name: 'regex:[a-z0-9./-]{1,1000}' } },
          ],
        },
      },
      [
        expect.stringMatching(
          /^spec.promotionPolicies\[0\].stageSelector.name: .* repeats too much/,
        ),
      ],
    ],
    [
      'kinds of numbers in what a step is told',
      {
        kind: 'PromotionTask',
        spec: { steps: [{ uses: 'a', config: { b: [NaN] } }] },
      },
      [
        'spec.steps[0].config.b: found a list of 1, expected what JSON can say: no infinite number and none that is not one',
      ],
    ],
  ])('takes no more %s than are good for others', (_, parts, problems) => {
    const manifest = {
      ...(parse(warehouse('[{image: {repoURL: x}}]')) as object),
      ...parts,
    };
    let refused: unknown;
    try {
      admit(manifest);
    } catch (error) {
      refused = error;
    }
    expect(refused).toMatchObject({ name: 'InvalidResourceError' });
    expect(
      (refused as InvalidResourceError).problems.map(formatProblem),
    ).toEqual(problems);
  });

  it('counts no values of a status, which is not taken', () => {
    const status = { found: Array(30_000).fill(1) };
    const written = parse(warehouse('[{image: {repoURL: x}}]')) as object;
    expect(() => admit({ ...written, status })).not.toThrow();
  });

  it.each(['toString', '__proto__', 'constructor', 'hasOwnProperty'])(
    'knows no kind named %s',
    kind => {
      expect(() => admit(JSON.parse(`{"kind": "${kind}"}`), CONTEXT)).toThrow(
        /kind: found ".*", expected one of Project/,
      );
    },
  );

  it.each(['Event', 'AnalysisJob', 'ApiToken'])(
    'takes no %s from anybody, and names it to nobody',
    kind => {
      const { apiVersion } = KINDS[kind as KindName];
      const metadata = { name: 'a', namespace: 'demo' };
      const write = () => admit({ apiVersion, kind, metadata });
      expect(write).toThrow(`kind: found "${kind}", expected one of Project`);
      expect(write).not.toThrow(new RegExp(`, ${kind}(,|$)`));
    },
  );

  it.each<[labels: object, isGood: boolean]>([
    [{ a: '' }, true],
    [{ 'kargo.akuity.io/a.b_c-D': 'x.y_z-1' }, true],
    [{ a: 'x'.repeat(63) }, true],
    [{ a: 'x'.repeat(64) }, false],
    [{ a: '-x' }, false],
    [{ a: 'x y' }, false],
    [{ a: 'x\0y' }, false],
    [{ ['k'.repeat(63)]: 'x' }, true],
    [{ ['k'.repeat(64)]: 'x' }, false],
    [{ 'a/b/c': 'x' }, false],
    [{ '/b': 'x' }, false],
    [{ 'A.b/c': 'x' }, false],
    [{ [`${'p.'.repeat(126)}p/c`]: 'x' }, true],
    [{ [`${'p.'.repeat(127)}p/c`]: 'x' }, false],
  ])('labels %j are as Kubernetes wants them: %s', (labels, isGood) => {
    const manifest = {
      apiVersion: 'kargo.akuity.io/v1alpha1',
      kind: 'Project',
      metadata: { name: 'p', labels },
    };
    const problems = problemsOf(JSON.stringify(manifest));
    expect(
      problems.every(problem => problem.startsWith('metadata.labels')),
    ).toBe(true);
    expect(problems.length === 0).toBe(isGood);
  });

  it.each([
    [
      'an annotation',
      { metadata: { name: 't', namespace: 'p', annotations: { a: 'x\0' } } },
      'metadata.annotations.a',
    ],
    [
      'a step',
      { spec: { steps: [{ uses: 'x', config: { list: ['a', '\0'] } }] } },
      'spec.steps[0].config.list[1]',
    ],
    [
      'the name of a member',
      { spec: { steps: [{ uses: 'x', config: { 'a\0': 1 } }] } },
      'spec.steps[0].config["a\0"]',
    ],
  ])('says where the NUL is that is in %s', (_, changed, path) => {
    const manifest = {
      apiVersion: 'kargo.akuity.io/v1alpha1',
      kind: 'PromotionTask',
      metadata: { name: 't', namespace: 'p' },
      spec: { steps: [{ uses: 'x' }] },
      ...changed,
    };
    expect(problemsOf(JSON.stringify(manifest))).toContain(
      `${path}: found a NUL character, expected a text without NUL characters`,
    );
  });
});
