import {
  JsonObject,
  JsonValue,
  Promotion,
} from 'backstage-plugin-kargo-common';

/**
 * The pull requests that a Promotion waits for, or waited for: of every step up to the current
 * one, as webhooks name them.
 */
export function awaitedPullRequests({ spec, status }: Promotion): string[] {
  if (status?.phase !== 'Running') {
    return [];
  }
  const reached = (spec.steps ?? []).slice(0, (status.currentStep ?? 0) + 1);
  return reached.flatMap(({ uses, as: alias }) => {
    const output = alias === undefined ? undefined : status.state?.[alias];
    const url = member(member(output, 'pr'), 'url');
    return uses === 'git-wait-for-pr' && typeof url === 'string'
      ? [pullRequestKey(url)]
      : [];
  });
}

/**
 * What makes two spellings of a pull request's address the same.
 *
 * @remarks
 * Differs: Kargo compares the texts, so another case of a name wakes nobody, nor does a part
 * of the page, which Azure DevOps names in its requests.
 */
export function pullRequestKey(url: string): string {
  const page = url.toLowerCase().replace(/[?#].*$/s, '');
  return decode(page).replace(/\/$/, '');
}

/** Hosts differ in what they encode. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // A percent sign that encodes nothing stands for itself.
    return text;
  }
}

function member(value: JsonValue | undefined, name: string) {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as JsonObject)[name]
    : undefined;
}
