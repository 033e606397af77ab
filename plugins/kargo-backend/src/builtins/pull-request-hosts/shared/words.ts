/** One check of a commit. */
export interface Check {
  name: string;
  state: 'passed' | 'running' | 'failed';
}

const SHOWN = 3;

/** In a few words, which checks a pull request waits for; nothing when all have passed. */
export function describeChecks(checks: readonly Check[]): string[] {
  const ofState = (state: Check['state']) =>
    checks.filter(check => check.state === state).map(({ name }) => name);
  const failed = ofState('failed');
  const running = ofState('running');
  return [
    ...(failed.length > 0
      ? [`${count(failed, checks)} failed: ${some(failed)}`]
      : []),
    ...(running.length > 0
      ? [`${count(running, checks)} not done: ${some(running)}`]
      : []),
  ];
}

/** In a few words, whose review a pull request waits for. */
export function describeReviews(reviews: {
  awaited: readonly string[];
  against: readonly string[];
}): string[] {
  const { awaited, against } = reviews;
  return [
    ...(against.length > 0 ? [`changes requested by ${some(against)}`] : []),
    ...(awaited.length > 0 ? [`review awaited from ${some(awaited)}`] : []),
  ];
}

function count(part: readonly string[], all: readonly unknown[]): string {
  return `${part.length} of ${all.length} checks`;
}

function some(names: readonly string[]): string {
  const unique = [...new Set(names)];
  const shown = unique.slice(0, SHOWN).join(', ');
  return unique.length > SHOWN
    ? `${shown} and ${unique.length - SHOWN} more`
    : shown;
}
