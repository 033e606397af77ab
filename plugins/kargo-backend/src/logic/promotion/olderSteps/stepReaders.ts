import { JsonObject, JsonValue } from 'backstage-plugin-kargo-common';
import { isObject } from '../../isObject';
import { isGiven, OlderStep, Path } from './OlderStep';
import { toExpression } from './toExpression';

/** Reads the configuration of one kind of step; the same object where nothing is older. */
export type StepReader = (
  config: JsonObject,
  step: OlderStep,
) => { config: JsonObject; uses?: string };

/** By the kind of step, as it was called then. */
export const STEP_READERS: Record<string, StepReader> = {
  'argocd-update': readArgoCdUpdate,
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

function readArgoCdUpdate(config: JsonObject, step: OlderStep) {
  return {
    config: mapObjects(config, 'apps', (app, appAt) =>
      mapObjects(
        app,
        'sources',
        (source, at) =>
          step.replace(source, {
            at,
            older: 'desiredCommitFromStep',
            newer: 'desiredRevision',
            removedIn: '1.3',
            toValue: alias => step.outputOf(alias, 'commit'),
          }),
        appAt,
      ),
    ),
  };
}

/** Without a tag the Freight's own was meant. */
function readKustomizeSetImage(config: JsonObject, step: OlderStep) {
  return {
    config: mapObjects(config, 'images', (image, at) => {
      const { fromOrigin, useDigest, ...fields } = image;
      const hasVersion = isGiven(fields.tag) || isGiven(fields.digest);
      const isOlder = fromOrigin !== undefined || useDigest !== undefined;
      if (hasVersion || (isGiven(fields.newName) && !isOlder)) {
        return image;
      }
      const [field, member] =
        useDigest === true ? ['digest', 'Digest'] : ['tag', 'Tag'];
      const value = call('imageFrom', [fields.image], fromOrigin, member);
      if (value === undefined) {
        return image;
      }
      step.warn(
        at,
        `since Kargo 1.3 an image needs a tag or a digest; it is read as "${field}: ${value}"`,
      );
      return { ...fields, [field]: value };
    }),
  };
}

/** Without a version the Freight's own was meant. */
function readHelmUpdateChart(config: JsonObject, step: OlderStep) {
  return {
    config: mapObjects(config, 'charts', (chart, at) => {
      const { fromOrigin, ...fields } = chart;
      const { repository, name, version } = fields;
      // In a registry the name of the chart is part of its address.
      const address =
        typeof repository === 'string' && repository.startsWith('oci://')
          ? [`${repository.replace(/\/$/, '')}/${name}`]
          : [repository, name];
      const value = call('chartFrom', address, fromOrigin, 'Version');
      if (isGiven(version) || value === undefined) {
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

/** What the texts of `helm-update-image` are made of, by its `value`. */
const IMAGE_VALUES: Record<string, Array<{ member: string } | string>> = {
  ImageAndTag: [{ member: 'RepoURL' }, ':', { member: 'Tag' }],
  Tag: [{ member: 'Tag' }],
  ImageAndDigest: [{ member: 'RepoURL' }, '@', { member: 'Digest' }],
  Digest: [{ member: 'Digest' }],
};

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
  if (!isObject(image) || typeof image.value !== 'string') {
    return undefined;
  }
  const pieces = Object.hasOwn(IMAGE_VALUES, image.value)
    ? IMAGE_VALUES[image.value].map(piece =>
        typeof piece === 'string'
          ? piece
          : call('imageFrom', [image.image], image.fromOrigin, piece.member),
      )
    : [undefined];
  return pieces.includes(undefined) || typeof image.key !== 'string'
    ? undefined
    : { key: image.key, value: pieces.join('') };
}

/** A template that finds something of the Freight, `undefined` where that cannot be written. */
function call(
  name: string,
  given: Array<JsonValue | undefined>,
  origin: JsonValue | undefined,
  member: string,
): string | undefined {
  const texts = given.map(toExpression);
  if (isObject(origin) && typeof origin.name === 'string') {
    texts.push(`warehouse(${toExpression(origin.name)})`);
  }
  return texts.includes(undefined)
    ? undefined
    : `\${{ ${name}(${texts.join(', ')}).${member} }}`;
}

/** An object with each object of one of its lists replaced; the same where none changes. */
function mapObjects(
  fields: JsonObject,
  name: string,
  map: (element: JsonObject, at: Path) => JsonObject,
  at: Path = [],
): JsonObject {
  const list = fields[name];
  if (!Array.isArray(list)) {
    return fields;
  }
  const mapped = list.map((element, index) =>
    isObject(element) ? map(element, [...at, name, index]) : element,
  );
  return mapped.every((element, index) => element === list[index])
    ? fields
    : { ...fields, [name]: mapped };
}
