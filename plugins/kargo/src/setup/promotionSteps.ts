import { JsonObject } from 'backstage-plugin-kargo-common';
import { hasKey, SetupDraft, STAGE_NAME } from './setupDraft';

/** Where the deployment repository is checked out. */
const CHECKOUT = './src';

/** A variable of the task, and the text it has. */
interface Variable {
  name: string;
  value: string;
}

/**
 * The variables and steps that write the version of what the Warehouse watches into the
 * deployment repository: the same for all Stages, which differ by their name.
 */
export function promotionTask(draft: SetupDraft): {
  vars: JsonObject[];
  steps: JsonObject[];
} {
  const { promotion } = draft;
  return {
    vars: [
      { name: 'gitURL', value: promotion.repoURL },
      { name: 'branch', value: promotion.branch },
      ...sourceVariables(draft),
    ].map(variable => ({ ...variable })),
    steps: [
      {
        uses: 'git-clone',
        config: {
          repoURL: '${{ vars.gitURL }}',
          checkout: [{ branch: '${{ vars.branch }}', path: CHECKOUT }],
        },
      },
      updateStep(draft),
      {
        uses: 'git-commit',
        config: {
          path: CHECKOUT,
          message: `Promote ${draft.project.name} \${{ ${version(
            draft,
          )} }} to ${STAGE_NAME}`,
        },
      },
      ...(promotion.hasPullRequest ? pullRequestSteps() : [pushStep()]),
      ...(promotion.application ? [argoCdStep(promotion.application)] : []),
    ],
  };
}

/** What the steps need to know of the source, under names that say what it is. */
function sourceVariables({ warehouse }: SetupDraft): Variable[] {
  const { kind, repoURL, chart } = warehouse;
  switch (kind) {
    case 'image':
      return [{ name: 'image', value: repoURL }];
    case 'git':
      return [{ name: 'sourceURL', value: repoURL }];
    default:
      return [
        { name: 'chartURL', value: repoURL },
        ...(chart ? [{ name: 'chart', value: chart }] : []),
      ];
  }
}

/** The expression of the version in the Freight. */
function version({ warehouse: { kind, chart } }: SetupDraft): string {
  switch (kind) {
    case 'image':
      return 'imageFrom(vars.image).Tag';
    case 'git':
      return 'commitFrom(vars.sourceURL).ID';
    default:
      return chart
        ? 'chartFrom(vars.chartURL, vars.chart).Version'
        : 'chartFrom(vars.chartURL).Version';
  }
}

function updateStep(draft: SetupDraft): JsonObject {
  const path = `${CHECKOUT}/${draft.promotion.path.replace(/^(\.?\/)+/, '')}`;
  // A version such as 1.10 must not become a number.
  const text = `\${{ quote(${version(draft)}) }}`;
  if (hasKey(draft)) {
    const updates = [{ key: draft.promotion.key, value: text }];
    return { uses: 'yaml-update', config: { path, updates } };
  }
  return draft.promotion.pattern === 'kustomize'
    ? {
        uses: 'kustomize-set-image',
        config: { path, images: [{ image: '${{ vars.image }}', tag: text }] },
      }
    : {
        uses: 'helm-update-chart',
        config: { path, charts: [{ ...dependency(draft), version: text }] },
      };
}

/** A dependency as `Chart.yaml` names it: of a registry, the folder and the name apart. */
function dependency({ warehouse: { repoURL, chart } }: SetupDraft): JsonObject {
  if (chart) {
    return { repository: '${{ vars.chartURL }}', name: '${{ vars.chart }}' };
  }
  const end = repoURL.lastIndexOf('/');
  return { repository: repoURL.slice(0, end), name: repoURL.slice(end + 1) };
}

function pushStep(): JsonObject {
  return { uses: 'git-push', config: { path: CHECKOUT } };
}

/** Where nothing changed there is no pull request, and nothing to wait for. */
function pullRequestSteps(): JsonObject[] {
  return [
    {
      uses: 'git-push',
      as: 'push',
      config: { path: CHECKOUT, generateTargetBranch: true },
    },
    {
      uses: 'git-open-pr',
      as: 'open-pr',
      config: {
        repoURL: '${{ vars.gitURL }}',
        sourceBranch: '${{ task.outputs.push.branch }}',
        targetBranch: '${{ vars.branch }}',
      },
    },
    {
      uses: 'git-wait-for-pr',
      as: 'wait-for-pr',
      if: "${{ status('open-pr') == 'Succeeded' }}",
      config: {
        repoURL: '${{ vars.gitURL }}',
        prNumber: "${{ task.outputs['open-pr'].pr.id }}",
      },
    },
  ];
}

/**
 * Has Argo CD sync the Application to where its branch is then. Without a revision to be at:
 * the Stages share a branch, which goes on when another one is promoted.
 */
function argoCdStep(application: string): JsonObject {
  return { uses: 'argocd-update', config: { apps: [{ name: application }] } };
}
