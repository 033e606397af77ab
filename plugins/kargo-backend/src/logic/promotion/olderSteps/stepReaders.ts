import { JsonObject, JsonValue } from 'backstage-plugin-kargo-common';
import { isObject } from '../../isObject';
import { mapObjects } from './mapObjects';
import { call, imageText, readImage, withoutFromFreight } from './ofFreight';
import { isGiven, OlderStep } from './OlderStep';
import { readArgoCdUpdate } from './readArgoCdUpdate';

/** Reads the configuration of one kind of step; the same object where nothing is older. */
export type StepReader = (
  config: JsonObject,
  step: OlderStep,
) => { config: JsonObject; uses?: string };

/** By the kind of step, as it was called then. */
export const STEP_READERS: Record<string, StepReader> = {
  'argocd-update': readArgoCdUpdate,
  'gha-dispatch-workflow': readWorkflow,
  'gha-wait-for-workflow': readWorkflow,
  'git-clone': readGitClone,
  'git-commit': readGitCommit,
  'git-merge-pr': readPullRequestNumber,
  'git-open-pr': readGitOpenPr,
  'git-wait-for-pr': readPullRequestNumber,
  'helm-update-chart': readHelmUpdateChart,
  'helm-update-image': readHelmUpdateImage,
  'kustomize-set-image': readKustomizeSetImage,
};

function readGitCommit(config: JsonObject, step: OlderStep) {
  if (config.author !== undefined) {
    step.warn(
      ['author'],
      'Kargo 1.12 removed this field; it is obeyed, and better written as "author" of the git-clone step',
    );
  }
  return {
    config: step.replace(config, {
      older: 'messageFromSteps',
      newer: 'message',
      removedIn: '1.5',
      toValue: steps => {
        const messages = Array.isArray(steps)
          ? steps.map(alias => step.outputOf(alias, 'commitMessage'))
          : [];
        return messages.length > 0 && !messages.includes(undefined)
          ? messages.join('\n\n')
          : undefined;
      },
    }),
  };
}

function readGitOpenPr(config: JsonObject, step: OlderStep) {
  const { createTargetBranch, ...rest } = step.replace(config, {
    older: 'sourceBranchFromStep',
    newer: 'sourceBranch',
    removedIn: '1.3',
    toValue: alias => step.outputOf(alias, 'branch'),
  });
  if (createTargetBranch === undefined) {
    return { config: rest };
  }
  step.warn(
    ['createTargetBranch'],
    'this field has had no effect since Kargo 1.10 and is left out; a git-clone step with "create: true" makes the branch',
  );
  return { config: rest };
}

function readPullRequestNumber(config: JsonObject, step: OlderStep) {
  return {
    config: step.replace(config, {
      older: 'prNumberFromStep',
      newer: 'prNumber',
      removedIn: '1.3',
      toValue: alias => step.outputOf(alias, 'pr.id'),
    }),
  };
}

function readGitClone(config: JsonObject, step: OlderStep) {
  return {
    config: mapObjects(config, 'checkout', (checkout, at) => {
      const { fromOrigin, ...fields } = checkout;
      if (fields.fromFreight === undefined) {
        return checkout;
      }
      const read = step.replace(fields, {
        at,
        older: 'fromFreight',
        newer: 'commit',
        removedIn: '1.3',
        toValue: flag =>
          flag === true
            ? call('commitFrom', [config.repoURL], fromOrigin, 'ID')
            : undefined,
      });
      return read === fields ? checkout : read;
    }),
  };
}

/** A repository was named by two fields, and came with a Secret of its own. */
function readWorkflow(config: JsonObject, step: OlderStep) {
  const { credentials, ...fields } = config;
  if (credentials !== undefined) {
    step.warn(
      ['credentials'],
      'Kargo 1.9 removed this field and it is left out; the git credentials of the repository are used',
    );
  }
  const { owner, ...rest } = fields;
  const read = step.replace(rest, {
    older: 'repo',
    newer: 'repoURL',
    removedIn: '1.9',
    toValue: repo =>
      isText(owner) && isText(repo)
        ? `https://github.com/${owner}/${repo}`
        : undefined,
  });
  if (read !== rest) {
    return { config: read };
  }
  return { config: credentials === undefined ? config : fields };
}

function isText(value: JsonValue | undefined): value is string {
  return typeof value === 'string' && value !== '';
}

function readKustomizeSetImage(config: JsonObject, step: OlderStep) {
  return {
    config: mapObjects(config, 'images', (image, at) =>
      readImage(image, { step, at, named: 'image' }),
    ),
  };
}

/** Without a version the Freight's own was meant. */
function readHelmUpdateChart(config: JsonObject, step: OlderStep) {
  return {
    config: mapObjects(config, 'charts', (chart, at) => {
      const { fromOrigin, ...fields } = withoutFromFreight(chart);
      const { repository, name, version, fromFreight } = fields;
      // In a registry the name of the chart is part of its address.
      const address =
        typeof repository === 'string' && repository.startsWith('oci://')
          ? [`${repository.replace(/\/$/, '')}/${name}`]
          : [repository, name];
      const value = call('chartFrom', address, fromOrigin, 'Version');
      if (
        isGiven(version) ||
        value === undefined ||
        // Of no meaning, it is refused.
        fromFreight !== undefined
      ) {
        return chart;
      }
      step.warn(
        at,
        `since Kargo 1.3 a chart needs a version; it is read as "version: ${value}"`,
      );
      return { ...fields, version: value };
    }),
  };
}

/** The step that `yaml-update` took the place of. */
function readHelmUpdateImage(config: JsonObject, step: OlderStep) {
  const { images, ...rest } = config;
  const updates = Array.isArray(images) ? images.map(toUpdate) : [undefined];
  if (updates.includes(undefined)) {
    return { config };
  }
  step.warn(
    [],
    'Kargo 1.3 removed the step "helm-update-image"; it is read as "yaml-update" with an update for each image',
  );
  return {
    uses: 'yaml-update',
    config: { ...rest, updates: updates as JsonObject[] },
  };
}

function toUpdate(image: JsonValue): JsonObject | undefined {
  if (!isObject(image) || typeof image.key !== 'string') {
    return undefined;
  }
  const { image: name, value, fromOrigin, key } = image as JsonObject;
  const text = imageText(name, value, fromOrigin);
  return text === undefined ? undefined : { key, value: text };
}
