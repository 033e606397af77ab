import { parse } from 'yaml';
import { parseManifest } from './parseManifest';
import { formatProblem, InvalidResourceError } from './problems';

const context = { subscriptionTypes: ['image', 'git', 'chart'] };

function problemsOf(yaml: string): string[] {
  try {
    parseManifest(parse(yaml), context);
    return [];
  } catch (error) {
    return (error as InvalidResourceError).problems.map(formatProblem);
  }
}

const warehouse = (subscriptions: string) => `
apiVersion: kargo.akuity.io/v1alpha1
kind: Warehouse
metadata: {name: w, namespace: p}
spec: {subscriptions: ${subscriptions}}
`;

const stage = (spec: string) => `
apiVersion: kargo.akuity.io/v1alpha1
kind: Stage
metadata: {name: s, namespace: p}
spec: ${spec}
`;

const direct =
  'requestedFreight: [{origin: {kind: Warehouse, name: w}, sources: {direct: true}}]';

const cases: Array<[string, string, string[]]> = [
  ['a plain Warehouse is fine', warehouse('[{image: {repoURL: nginx}}]'), []],
  [
    'a document that is no object',
    '5',
    ['(root): found 5, expected an object with apiVersion, kind and metadata'],
  ],
  [
    'an unknown kind',
    '{apiVersion: v1, kind: Pod}',
    [
      expect.stringMatching(
        /^kind: found "Pod", expected one of Project, ProjectConfig, /,
      ) as unknown as string,
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
    'a slip in a field name is recognised',
    stage(
      '{requestedFreight: [{origin: {name: w}, sourcess: {direct: true}}]}',
    ),
    [
      'spec.requestedFreight[0].sources: found nothing, expected an object',
      'spec.requestedFreight[0].sourcess: found an unknown field, expected "sources"',
    ],
  ],
  [
    'a field of an older version is recognised',
    warehouse('[{image: {repoURL: nginx, semverConstraint: ^1.0.0}}]'),
    [
      'spec.subscriptions[0].image.semverConstraint: found an unknown field, expected "constraint"',
    ],
  ],
  [
    'everything is reported at once, rules and schema alike',
    stage(
      '{requestedFreight: [{origin: {name: w}, sources: {requiredSoakTime: 1d}}], promotionTemplate: {spec: {steps: [{uses: a, task: {name: t}}, {uses: b, as: step-7}]}}}',
    ),
    [
      'spec.requestedFreight[0].sources.requiredSoakTime: found "1d", expected a duration such as "30s", "5m" or "1h30m"',
      'spec.promotionTemplate.spec.steps[0]: found an object, expected exactly one of "uses" and "task"',
      'spec.promotionTemplate.spec.steps[1].as: found "step-7", expected an alias that is not reserved (step-<n>, task-<n>)',
    ],
  ],
  [
    'names and namespaces',
    '{apiVersion: kargo.akuity.io/v1alpha1, kind: PromotionTask, metadata: {name: A_b}, spec: {steps: [{uses: x}]}}',
    [
      'metadata.name: found "A_b", expected a lower-case RFC 1123 name of at most 253 characters',
      'metadata.namespace: found nothing, expected the name of the Project it belongs to',
    ],
  ],
  [
    'one repository twice',
    warehouse(
      '[{image: {repoURL: nginx}}, {image: {repoURL: docker.io/library/nginx}}]',
    ),
    [
      'spec.subscriptions[1]: found an object, expected another repository than subscription 0 (image nginx)',
    ],
  ],
  [
    'a subscription of two types',
    warehouse('[{image: {repoURL: nginx}, git: {repoURL: "https://x.y/z"}}]'),
    [
      'spec.subscriptions[0]: found an object, expected exactly one subscription type (git, image, chart, …)',
    ],
  ],
  [
    'a constraint that does not parse',
    warehouse('[{image: {repoURL: nginx, constraint: "nope!"}}]'),
    [
      expect.stringMatching(
        /^spec.subscriptions\[0\].image.constraint: found "nope!", expected a semver constraint/,
      ) as unknown as string,
    ],
  ],
  [
    'a regular expression that does not parse',
    warehouse('[{git: {repoURL: "https://x.y/z", allowTagsRegexes: ["("]}}]'),
    [
      expect.stringMatching(
        /^spec.subscriptions\[0\].git.allowTagsRegexes\[0\]: found "\(", expected a regular expression/,
      ) as unknown as string,
    ],
  ],
  [
    'Digest without a tag',
    warehouse('[{image: {repoURL: nginx, imageSelectionStrategy: Digest}}]'),
    [
      'spec.subscriptions[0].image.constraint: found nothing, expected the mutable tag to follow, which the Digest strategy needs',
    ],
  ],
  [
    'a chart name where the URL names the chart',
    warehouse('[{chart: {repoURL: "oci://x.y/z", name: z}}]'),
    [
      'spec.subscriptions[0].chart.name: found "z", expected nothing: an oci:// URL names the chart itself',
    ],
  ],
  [
    'a subscription type that nobody installed',
    warehouse('[{npm: {config: {}}, name: n}]'),
    [
      'spec.subscriptions[0].npm: found an object, expected an installed subscription type (image, git, chart)',
    ],
  ],
  [
    'one origin twice',
    stage(
      '{requestedFreight: [{origin: {name: w}, sources: {direct: true}}, {origin: {name: w}, sources: {direct: true}}]}',
    ),
    [
      'spec.requestedFreight[1].origin.name: found "w", expected an origin that is not requested already',
    ],
  ],
  [
    'MatchUpstream with two upstreams',
    stage(
      '{requestedFreight: [{origin: {name: w}, sources: {stages: [a, b], autoPromotionOptions: {selectionPolicy: MatchUpstream}}}]}',
    ),
    [
      'spec.requestedFreight[0].sources.autoPromotionOptions.selectionPolicy: found "MatchUpstream", expected MatchUpstream only with exactly one upstream stage and without direct',
    ],
  ],
  [
    'conditions beside a task',
    stage(
      `{${direct}, promotionTemplate: {spec: {steps: [{task: {name: t}, if: "\${{ true }}"}]}}}`,
    ),
    [
      'spec.promotionTemplate.spec.steps[0].if: found "${{ true }}", expected nothing: a task step cannot have it',
    ],
  ],
  [
    'values of Secrets are never shown',
    '{apiVersion: v1, kind: Secret, metadata: {name: s, namespace: p}, data: {token: 12345}}',
    ['data.token: found a number, expected a string'],
  ],
  [
    'a policy with an unknown prefix',
    '{apiVersion: kargo.akuity.io/v1alpha1, kind: ProjectConfig, metadata: {name: p, namespace: p}, spec: {promotionPolicies: [{stageSelector: {name: "foo:x"}}]}}',
    [
      'spec.promotionPolicies[0].stageSelector.name: found "foo:x", expected an exact name, "glob:…" or "regex:…"',
    ],
  ],
];

describe('parseManifest', () => {
  it.each(cases)('%s', (_, yaml, problems) => {
    expect(problemsOf(yaml)).toEqual(problems);
  });

  it('fills in the defaults of Kargo', () => {
    expect(
      parseManifest(
        parse(
          warehouse(
            '[{image: {repoURL: nginx}}, {git: {repoURL: "https://x.y/z"}}]',
          ),
        ),
        context,
      ).spec,
    ).toEqual({
      interval: '5m0s',
      freightCreationPolicy: 'Automatic',
      subscriptions: [
        {
          image: {
            repoURL: 'nginx',
            imageSelectionStrategy: 'SemVer',
            strictSemvers: true,
            discoveryLimit: 20,
          },
        },
        {
          git: {
            repoURL: 'https://x.y/z',
            commitSelectionStrategy: 'NewestFromBranch',
            strictSemvers: true,
            discoveryLimit: 20,
          },
        },
      ],
    });
  });
});
