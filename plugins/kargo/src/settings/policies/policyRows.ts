import {
  LabelSelector,
  matchesLabels,
  PromotionPolicy,
  Stage,
} from 'backstage-plugin-kargo-common';

/** A name that stands for several, which the engine alone compares: `glob:…`, `regex:…`. */
const PATTERN = /^(?:glob|regexp?):/;

/** What a policy asks of a Stage; all of it has to hold, and nothing stands for every Stage. */
export interface PolicySelection {
  /** Names of Stages, one of which it must have. */
  names?: readonly string[];
  /** The pattern of its name. */
  pattern?: string;
  /** Requirements on its labels: `tier=prod`, `region in (a, b)`, `!legacy`. */
  labels: readonly string[];
}

/** A policy as its row tells it. */
export interface PolicyRow {
  selection: PolicySelection;
  isEnabled: boolean;
  /** Names of the Stages that match; absent where a pattern decides about them. */
  matches?: readonly string[];
}

/** The policies of a project in the order in which they are tried. */
export function policyRows(
  policies: readonly PromotionPolicy[],
  stages: readonly Stage[],
): PolicyRow[] {
  return policies.map(policy => {
    const selection = selectionOf(policy);
    return {
      selection,
      isEnabled: policy.autoPromotionEnabled,
      ...(selection.pattern === undefined && {
        matches: stages
          .filter(
            ({ metadata }) =>
              (selection.names?.includes(metadata.name) ?? true) &&
              matchesLabels(policy.stageSelector ?? {}, metadata.labels),
          )
          .map(({ metadata }) => metadata.name),
      }),
    };
  });
}

function selectionOf(policy: PromotionPolicy): PolicySelection {
  const { stage, stages = [], stageSelector } = policy;
  if (!stageSelector) {
    return {
      names: [...new Set([...(stage ? [stage] : []), ...stages])],
      labels: [],
    };
  }
  const { name } = stageSelector;
  const labels = requirements(stageSelector);
  if (!name) {
    return { labels };
  }
  return PATTERN.test(name)
    ? { pattern: name, labels }
    : { names: [name], labels };
}

/** As `kubectl get -l` takes them. */
function requirements(selector: LabelSelector): string[] {
  const equal = Object.entries(selector.matchLabels ?? {}).map(
    ([key, value]) => `${key}=${value}`,
  );
  const others = (selector.matchExpressions ?? []).map(
    ({ key, operator, values = [] }) => {
      switch (operator) {
        case 'In':
          return `${key} in (${values.join(', ')})`;
        case 'NotIn':
          return `${key} notin (${values.join(', ')})`;
        case 'Exists':
          return key;
        default:
          return `!${key}`;
      }
    },
  );
  return [...equal, ...others];
}
