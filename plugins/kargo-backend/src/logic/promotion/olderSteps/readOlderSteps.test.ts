import { JsonObject } from 'backstage-plugin-kargo-common';
import { inOneTurn } from '../../../testing/inOneTurn';
import { ModernSteps, readOlderSteps } from './readOlderSteps';

function read(uses: string, config: JsonObject, isTask = false): ModernSteps {
  return inOneTurn(
    readOlderSteps([{ uses, as: 'x', config }], { path: ['steps'], isTask }),
  );
}

const AUTHOR = { name: 'n', email: 'n@e.x' };

const warehouse = (name: string) => ({ kind: 'Warehouse', name });

/** What an Application gets for its only source. */
function ofSource(fields: JsonObject): JsonObject {
  const source = { repoURL: 'https://git.example/a', ...fields };
  return { apps: [{ name: 'a', sources: [source] }] };
}

describe('readOlderSteps', () => {
  it.each<
    [
      name: string,
      uses: string,
      older: JsonObject,
      modern: JsonObject,
      warning: string,
    ]
  >([
    [
      'a message of another step',
      'git-commit',
      { path: 'a', messageFromSteps: ['set'] },
      { path: 'a', message: '${{ outputs["set"].commitMessage }}' },
      'steps[0].config.messageFromSteps: Kargo 1.5 removed this field; it is read as "message: ${{ outputs["set"].commitMessage }}"',
    ],
    [
      'a message of several steps',
      'git-commit',
      { messageFromSteps: ['a', 'b'] },
      {
        message:
          '${{ outputs["a"].commitMessage }}\n\n${{ outputs["b"].commitMessage }}',
      },
      'messageFromSteps: Kargo 1.5 removed this field',
    ],
    [
      'an author of one commit',
      'git-commit',
      { message: 'm', author: AUTHOR },
      { message: 'm', author: AUTHOR },
      'steps[0].config.author: Kargo 1.12 removed this field; it is obeyed, and better written as "author" of the git-clone step',
    ],
    [
      'a target branch to be created',
      'git-open-pr',
      { targetBranch: 't', createTargetBranch: true },
      { targetBranch: 't' },
      'steps[0].config.createTargetBranch: this field has had no effect since Kargo 1.10 and is left out; a git-clone step with "create: true" makes the branch',
    ],
    [
      'a source branch of another step',
      'git-open-pr',
      { sourceBranchFromStep: 'push' },
      { sourceBranch: '${{ outputs["push"].branch }}' },
      'Kargo 1.3 removed this field',
    ],
    [
      'a pull request to wait for, of another step',
      'git-wait-for-pr',
      { prNumberFromStep: 'open' },
      { prNumber: '${{ outputs["open"].pr.id }}' },
      'steps[0].config.prNumberFromStep',
    ],
    [
      'a pull request to merge, of another step',
      'git-merge-pr',
      { prNumberFromStep: 'open' },
      { prNumber: '${{ outputs["open"].pr.id }}' },
      'steps[0].config.prNumberFromStep',
    ],
    [
      'a commit to deploy, of another step',
      'argocd-update',
      { apps: [{ name: 'a', sources: [{ desiredCommitFromStep: 'push' }] }] },
      {
        apps: [
          {
            name: 'a',
            sources: [{ desiredRevision: '${{ outputs["push"].commit }}' }],
          },
        ],
      },
      'steps[0].config.apps[0].sources[0].desiredCommitFromStep',
    ],
    [
      'an image of an Application without a tag',
      'argocd-update',
      ofSource({
        kustomize: {
          images: [{ repoURL: 'a/b' }, { repoURL: 'a/c', tag: 'v1' }],
        },
      }),
      ofSource({
        kustomize: {
          images: [
            { repoURL: 'a/b', tag: '${{ imageFrom("a/b").Tag }}' },
            { repoURL: 'a/c', tag: 'v1' },
          ],
        },
      }),
      'apps[0].sources[0].kustomize.images[0]: since Kargo 1.3 an image needs a tag or a digest',
    ],
    [
      'a parameter of Helm that is a word about an image',
      'argocd-update',
      ofSource({
        helm: {
          images: [
            { key: 'image.tag', repoURL: 'a/b', value: 'Tag' },
            { key: 'mode', value: 'Tag' },
          ],
        },
      }),
      ofSource({
        helm: {
          images: [
            { key: 'image.tag', value: '${{ imageFrom("a/b").Tag }}' },
            { key: 'mode', value: 'Tag' },
          ],
        },
      }),
      'apps[0].sources[0].helm.images[0]: since Kargo 1.3 a parameter names its text; it is read as "value: ${{ imageFrom("a/b").Tag }}"',
    ],
    [
      'a workflow of a repository that is named by its parts',
      'gha-dispatch-workflow',
      { owner: 'acme', repo: '${{ vars.repo }}', workflowFile: 'a.yaml' },
      {
        repoURL: 'https://github.com/acme/${{ vars.repo }}',
        workflowFile: 'a.yaml',
      },
      'steps[0].config.repo: Kargo 1.9 removed this field; it is read as "repoURL: https://github.com/acme/${{ vars.repo }}"',
    ],
    [
      'a workflow with a Secret of its own',
      'gha-wait-for-workflow',
      {
        repoURL: 'https://github.com/acme/web',
        credentials: { secretName: 's' },
      },
      { repoURL: 'https://github.com/acme/web' },
      'steps[0].config.credentials: Kargo 1.9 removed this field and it is left out; the git credentials of the repository are used',
    ],
    [
      'a commit of the Freight',
      'git-clone',
      { repoURL: '${{ vars.repo }}', checkout: [{ fromFreight: true }] },
      {
        repoURL: '${{ vars.repo }}',
        checkout: [{ commit: '${{ commitFrom(vars.repo).ID }}' }],
      },
      'steps[0].config.checkout[0].fromFreight',
    ],
    [
      'a commit of the Freight of one Warehouse',
      'git-clone',
      {
        repoURL: 'https://git.example/${{ vars.name }}.git',
        checkout: [
          { fromFreight: true, fromOrigin: { kind: 'Warehouse', name: 'w' } },
        ],
      },
      {
        repoURL: 'https://git.example/${{ vars.name }}.git',
        checkout: [
          {
            commit:
              '${{ commitFrom("https://git.example/" + string(vars.name) + ".git", warehouse("w")).ID }}',
          },
        ],
      },
      'steps[0].config.checkout[0].fromFreight',
    ],
    [
      'an image without a tag',
      'kustomize-set-image',
      { images: [{ image: 'ghcr.io/a/b' }] },
      {
        images: [
          {
            image: 'ghcr.io/a/b',
            tag: '${{ imageFrom("ghcr.io/a/b").Tag }}',
          },
        ],
      },
      'steps[0].config.images[0]: since Kargo 1.3 an image needs a tag or a digest; it is read as "tag: ${{ imageFrom("ghcr.io/a/b").Tag }}"',
    ],
    [
      'an image that says that its tag is that of the Freight',
      'kustomize-set-image',
      { images: [{ image: 'a/b', newName: 'c', fromFreight: true }] },
      {
        images: [
          { image: 'a/b', newName: 'c', tag: '${{ imageFrom("a/b").Tag }}' },
        ],
      },
      'steps[0].config.images[0]: since Kargo 1.3',
    ],
    [
      'an image of an Application that says so',
      'argocd-update',
      ofSource({
        kustomize: { images: [{ repoURL: 'a/b', fromFreight: true }] },
      }),
      ofSource({
        kustomize: {
          images: [{ repoURL: 'a/b', tag: '${{ imageFrom("a/b").Tag }}' }],
        },
      }),
      'apps[0].sources[0].kustomize.images[0]: since Kargo 1.3',
    ],
    [
      'an image by its digest, of one Warehouse',
      'kustomize-set-image',
      {
        images: [
          {
            image: 'a/b',
            newName: 'c',
            useDigest: true,
            fromOrigin: { kind: 'Warehouse', name: 'w' },
          },
        ],
      },
      {
        images: [
          {
            image: 'a/b',
            newName: 'c',
            digest: '${{ imageFrom("a/b", warehouse("w")).Digest }}',
          },
        ],
      },
      'steps[0].config.images[0]: since Kargo 1.3',
    ],
    [
      'a chart without a version',
      'helm-update-chart',
      { charts: [{ repository: 'https://c', name: 'web' }] },
      {
        charts: [
          {
            repository: 'https://c',
            name: 'web',
            version: '${{ chartFrom("https://c", "web").Version }}',
          },
        ],
      },
      'steps[0].config.charts[0]: since Kargo 1.3 a chart needs a version',
    ],
    [
      'a chart that says that its version is that of the Freight',
      'helm-update-chart',
      { charts: [{ repository: 'https://c', name: 'web', fromFreight: true }] },
      {
        charts: [
          {
            repository: 'https://c',
            name: 'web',
            version: '${{ chartFrom("https://c", "web").Version }}',
          },
        ],
      },
      'steps[0].config.charts[0]: since Kargo 1.3 a chart needs a version',
    ],
    [
      'a chart of a registry without a version',
      'helm-update-chart',
      { charts: [{ repository: 'oci://h/c/', name: 'web' }] },
      {
        charts: [
          {
            repository: 'oci://h/c/',
            name: 'web',
            version: '${{ chartFrom("oci://h/c/web").Version }}',
          },
        ],
      },
      'steps[0].config.charts[0]: since Kargo 1.3 a chart needs a version',
    ],
  ])('reads %s: %s', (_, uses, older, modern, warning) => {
    const { steps, warnings, problems } = read(uses, older);
    expect(steps).toEqual([{ uses, as: 'x', config: modern }]);
    expect(warnings).toEqual([expect.stringContaining(warning)]);
    expect(problems).toEqual([]);
  });

  it('reads images of an Application as those of the nearest Warehouse that is named', () => {
    const { steps, warnings } = read('argocd-update', {
      fromOrigin: warehouse('w1'),
      apps: [
        {
          name: 'a',
          sources: [
            {
              repoURL: 'r1',
              kustomize: { images: [{ repoURL: 'a/b', useDigest: true }] },
            },
            {
              repoURL: 'r2',
              fromOrigin: warehouse('w2'),
              helm: {
                images: [
                  { key: 'k', repoURL: 'a/b', value: 'ImageAndTag' },
                  {
                    key: 'l',
                    repoURL: 'a/b',
                    value: 'Digest',
                    fromOrigin: warehouse('w3'),
                  },
                ],
              },
            },
          ],
        },
      ],
    });
    const of = (name: string) => `imageFrom("a/b", warehouse("${name}"))`;
    expect(steps[0].config).toEqual({
      apps: [
        {
          name: 'a',
          sources: [
            {
              repoURL: 'r1',
              kustomize: {
                images: [
                  { repoURL: 'a/b', digest: `\${{ ${of('w1')}.Digest }}` },
                ],
              },
            },
            {
              repoURL: 'r2',
              helm: {
                images: [
                  {
                    key: 'k',
                    value: `\${{ ${of('w2')}.RepoURL }}:\${{ ${of(
                      'w2',
                    )}.Tag }}`,
                  },
                  { key: 'l', value: `\${{ ${of('w3')}.Digest }}` },
                ],
              },
            },
          ],
        },
      ],
    });
    expect(warnings).toEqual([
      expect.stringMatching(/^steps\[0\]\.config\.fromOrigin: Kargo 1\.3/),
      expect.stringContaining('sources[0].kustomize.images[0]'),
      expect.stringMatching(/sources\[1\]\.fromOrigin: Kargo 1\.3/),
      expect.stringContaining('sources[1].helm.images[0]'),
      expect.stringContaining('sources[1].helm.images[1]'),
    ]);
  });

  it.each<[value: string, text: string]>([
    [
      'ImageAndTag',
      '${{ imageFrom("a/b").RepoURL }}:${{ imageFrom("a/b").Tag }}',
    ],
    ['Tag', '${{ imageFrom("a/b").Tag }}'],
    [
      'ImageAndDigest',
      '${{ imageFrom("a/b").RepoURL }}@${{ imageFrom("a/b").Digest }}',
    ],
    ['Digest', '${{ imageFrom("a/b").Digest }}'],
  ])('reads helm-update-image with %s as yaml-update', (value, text) => {
    const { steps, warnings } = read('helm-update-image', {
      path: 'values.yaml',
      images: [{ image: 'a/b', key: 'image.tag', value }],
    });
    expect(steps).toEqual([
      {
        uses: 'yaml-update',
        as: 'x',
        config: {
          path: 'values.yaml',
          updates: [{ key: 'image.tag', value: text }],
        },
      },
    ]);
    expect(warnings).toEqual([
      'steps[0].config: Kargo 1.3 removed the step "helm-update-image"; it is read as "yaml-update" with an update for each image',
    ]);
  });

  it('finds the outputs of a task where the task has them', () => {
    const { steps } = read('git-commit', { messageFromSteps: ['set'] }, true);
    expect(steps[0].config).toEqual({
      message: '${{ task.outputs["set"].commitMessage }}',
    });
  });

  it.each<[name: string, uses: string, both: JsonObject, problem: JsonObject]>([
    [
      'a message',
      'git-commit',
      { message: 'm', messageFromSteps: ['a'] },
      {
        path: 'steps[0].config.messageFromSteps',
        found: 'the older name of "message" beside it',
        expected: 'only "message"',
      },
    ],
    [
      'a pull request',
      'git-wait-for-pr',
      { prNumber: 1, prNumberFromStep: 'a' },
      {
        path: 'steps[0].config.prNumberFromStep',
        found: 'the older name of "prNumber" beside it',
        expected: 'only "prNumber"',
      },
    ],
    [
      'a commit',
      'git-clone',
      { repoURL: 'r', checkout: [{ fromFreight: true, commit: 'c' }] },
      {
        path: 'steps[0].config.checkout[0].fromFreight',
        found: 'the older name of "commit" beside it',
        expected: 'only "commit"',
      },
    ],
    [
      'a revision',
      'argocd-update',
      {
        apps: [
          { sources: [{ desiredCommitFromStep: 'a', desiredRevision: 'r' }] },
        ],
      },
      {
        path: 'steps[0].config.apps[0].sources[0].desiredCommitFromStep',
        found: 'the older name of "desiredRevision" beside it',
        expected: 'only "desiredRevision"',
      },
    ],
    [
      'a repository',
      'gha-dispatch-workflow',
      { owner: 'acme', repo: 'web', repoURL: 'https://github.com/acme/web' },
      {
        path: 'steps[0].config.repo',
        found: 'the older name of "repoURL" beside it',
        expected: 'only "repoURL"',
      },
    ],
  ])('wants to know which counts of %s by both names', (_, uses, both, why) => {
    const { problems, steps } = read(uses, both);
    expect(problems).toEqual([why]);
    expect(steps[0].config).toEqual(both);
  });

  it.each<[name: string, uses: string, config: JsonObject]>([
    [
      'a commit in the words of today',
      'git-commit',
      { path: 'a', message: 'm' },
    ],
    [
      'steps of a message that are no list',
      'git-commit',
      { messageFromSteps: 1 },
    ],
    ['no steps of a message', 'git-commit', { messageFromSteps: [] }],
    [
      'no commit of the Freight',
      'git-clone',
      { checkout: [{ fromFreight: 1 }] },
    ],
    ['checkouts that are none', 'git-clone', { checkout: [null, 'x'] }],
    [
      'an image with another name',
      'kustomize-set-image',
      { images: [{ image: 'a', newName: 'b' }] },
    ],
    [
      'an expression that does not end',
      'kustomize-set-image',
      { images: [{ image: '${{ vars.a' }] },
    ],
    [
      'an image of helm-update-image that says nothing',
      'helm-update-image',
      { images: [{ image: 'a', key: 'k', value: 'constructor' }] },
    ],
    ['a workflow of nobody', 'gha-wait-for-workflow', { repo: 'web' }],
    ['a step named like what every object has', 'constructor', { a: 1 }],
  ])('leaves alone %s', (_, uses, config) => {
    const { steps, warnings, problems } = read(uses, config);
    expect(steps).toEqual([{ uses, as: 'x', config }]);
    expect([...warnings, ...problems]).toEqual([]);
  });

  it.each([
    "${{ outputs['open-pr'].prNumber }}",
    '${{ task.outputs.open.prNumber }}',
    '${{ outputs["a"] . prNumber }}',
  ])('tells that %s is an older name', text => {
    const { steps, warnings } = read('git-wait-for-pr', { prNumber: text });
    expect(steps[0].config).toEqual({ prNumber: text });
    expect(warnings).toEqual([
      'steps[0].config.prNumber: Kargo 1.7 removed the output "prNumber" of git-open-pr; it is read as "pr.id"',
    ]);
  });

  it.each([
    [
      'Bearer ${{ secrets.chat.token }}',
      'Bearer ${{ secret("chat").token }}',
      `it is read as "secret('NAME')"`,
    ],
    [
      'Bearer ${{ secrets.apiToken }}',
      'Bearer ${{ secrets.apiToken }}',
      `write "secret('NAME').KEY", with the name of the Secret and a key in it`,
    ],
  ])('tells what becomes of %s', (value, modern, told) => {
    const { steps, warnings } = read('http', { headers: [{ value }] });
    expect(steps[0].config).toEqual({ headers: [{ value: modern }] });
    expect(warnings).toEqual([
      `steps[0].config.headers[0].value: Kargo 1.7 removed "secrets" from expressions; ${told}`,
    ]);
  });
});
