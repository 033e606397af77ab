/** A Promotion that was asked for, and what became of it. */
export interface PromotionRecord {
  readonly project: string;
  readonly stage: string;
  readonly name: string;
  readonly tag: string;
  readonly phase: string;
  readonly message?: string;
}

/** Everything that is known when a run is over. */
export interface RunFacts {
  /** In the order in which they were asked for. */
  readonly promotions: readonly PromotionRecord[];
  /** Subjects of commits on the main branch by `<project>/<stage>`, oldest first. */
  readonly commits: Readonly<Record<string, readonly string[]>>;
  /** What became of Promotions that propose their change, by name. */
  readonly proposals: Readonly<Record<string, Proposal>>;
  /** How often each Promotion's request reached the other side, by name. */
  readonly rings: Readonly<Record<string, number>>;
  /** Name of the last Promotion that each Stage tells of, by `<project>/<stage>`. */
  readonly lastPromotions: Readonly<Record<string, string | undefined>>;
}

/** What a Promotion left behind that proposes its change. */
export interface Proposal {
  /** Subjects of commits on its branch, oldest first. */
  readonly commits: readonly string[];
  readonly pullRequests: number;
}

/** What broke the promises, each in one sentence, and what is only counted. */
export interface RunVerdict {
  readonly broken: readonly string[];
  readonly requestsSentAgain: number;
}

/** The subject of the commit that a Promotion makes. */
function commitSubject(tag: string, stage: string): string {
  return `Promote ${tag} to ${stage}`;
}

/**
 * Holds a run against the promises: every Promotion ends well, its commit is there once
 * and in the order of the queue, or on a branch of its own with one pull request, and its
 * Stage tells of the last one.
 */
export function judgeRun(facts: RunFacts): RunVerdict {
  const broken: string[] = [];
  for (const { name, phase, message } of facts.promotions) {
    if (phase !== 'Succeeded') {
      broken.push(`${name} is ${phase}: ${message ?? 'without a message'}`);
    }
    if (!facts.rings[name]) {
      broken.push(`${name} never sent its request`);
    }
  }
  for (const { name, tag, stage } of facts.promotions) {
    const proposal = facts.proposals[name];
    if (proposal) {
      broken.push(...judgeProposal(name, commitSubject(tag, stage), proposal));
    }
  }
  const ofPlace = (place: string) =>
    facts.promotions.filter(
      ({ project, stage }) => `${project}/${stage}` === place,
    );
  for (const [place, found] of Object.entries(facts.commits)) {
    const expected = new Map(
      ofPlace(place).map(({ name, tag, stage }) => [
        commitSubject(tag, stage),
        name,
      ]),
    );
    if (JSON.stringify(found) !== JSON.stringify([...expected.keys()])) {
      broken.push(`${place}: ${describeDifference(expected, found)}`);
    }
  }
  for (const [place, told] of Object.entries(facts.lastPromotions)) {
    const last = ofPlace(place).at(-1)?.name;
    if (last && told !== last) {
      broken.push(`${place} tells of ${told} and not of ${last}`);
    }
  }
  const sent = Object.values(facts.rings).reduce((sum, n) => sum + n, 0);
  return {
    broken,
    requestsSentAgain: sent - Object.keys(facts.rings).length,
  };
}

function judgeProposal(
  name: string,
  subject: string,
  { commits, pullRequests }: Proposal,
): string[] {
  const isOneCommit = commits.length === 1 && commits[0] === subject;
  return [
    ...(isOneCommit
      ? []
      : [`${name} has the commits [${commits.join(', ')}] on its branch`]),
    ...(pullRequests === 1
      ? []
      : [`${name} has ${pullRequests} pull requests`]),
  ];
}

/** @param expected - names of Promotions by the subjects of their commits, in the queue's order */
function describeDifference(
  expected: ReadonlyMap<string, string>,
  found: readonly string[],
): string {
  const subjects = [...expected.keys()];
  const missing = subjects.filter(subject => !found.includes(subject));
  const repeated = found.filter(
    (subject, index) => found.indexOf(subject) !== index,
  );
  if (missing.length > 0 || repeated.length > 0) {
    return `commits missing: [${missing.join(
      ', ',
    )}], repeated: [${repeated.join(', ')}]`;
  }
  const misplaced = subjects.filter((subject, at) => found[at] !== subject);
  return `commits in another order than the queue: [${found.join(
    ', ',
  )}]; those out of place were asked for as [${misplaced
    .map(subject => expected.get(subject))
    .join(', ')}]`;
}
