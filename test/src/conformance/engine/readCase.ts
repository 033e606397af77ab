import { type Manifest } from '../pipelines/findSets';

/**
 * Something that happens in a scenario, or that must be so. Freight is named by the `as` of
 * its `publish`, its name, its alias or the tag of its image; Promotions by their `as` or name.
 */
export type ScenarioStep =
  | { do: 'apply'; manifests: Array<string | Manifest>; refused?: string }
  /** The image, or the first one that the Warehouse watches. */
  | {
      do: 'publish';
      image?: string;
      warehouse?: string;
      tag: string;
      as?: string;
    }
  | {
      do: 'promote';
      stage: string;
      freight: string;
      as?: string;
      refused?: string;
    }
  | { do: 'approve'; freight: string; stage: string }
  | { do: 'verify'; stage: string; actor?: string; refused?: string }
  /** A Promotion, or the verification of a Stage. */
  | {
      do: 'abort';
      promotion?: string;
      stage?: string;
      actor?: string;
      refused?: string;
    }
  | { do: 'refresh'; kind: string; name: string }
  | { do: 'delete'; kind: string; name: string; refused?: string }
  | { do: 'plan'; step: string; attempts: string[] }
  | { do: 'answer'; metric: string; with: any[] }
  | { do: 'health'; is: string; stage: string }
  | { do: 'advance'; by: string }
  | { do: 'crash' }
  | Expectation;

/** What must be so; what is left out is not looked at. */
export interface Expectation {
  do: 'expect';
  /** A Stage and what it holds: Freight by name, null for none. */
  stage?: string;
  holds?: string | string[] | null;
  /** Conditions as `Status/Reason`. */
  ready?: string;
  healthy?: string;
  verified?: string;
  summary?: string;
  /** Phases of the Promotions of the Stage, oldest first. */
  promotions?: string[];
  /** Phases of the verifications of what it holds, newest first. */
  verifications?: string[];
  /** Freight that automation may not replace, by origin. */
  holding?: Record<string, string>;
  /** Freight and the names of the Stages in its status. */
  freight?: string;
  verifiedIn?: string[];
  currentlyIn?: string[];
  approvedFor?: string[];
  /** By Stage. */
  longestSoak?: Record<string, string>;
  /** A Promotion. */
  promotion?: string;
  phase?: string;
  message?: string;
  /** Status by alias. */
  steps?: Record<string, string>;
  /**
   * Any resource; `like` is what it must hold at least, null that it is not there. Its parts
   * may also stand alone.
   */
  kind?: string;
  name?: string;
  like?: unknown;
  metadata?: unknown;
  spec?: unknown;
  status?: unknown;
  /** How many there are, by kind. */
  counts?: Record<string, number>;
  /** Reasons of events that must have happened, in this order. */
  events?: string[];
  /** Names of the attempts of `scripted` steps so far. */
  attempts?: string[];
}

/** A scenario, told to an engine. */
export interface Scenario {
  id: string;
  manifests: Array<string | Manifest>;
  steps: ScenarioStep[];
}

/** What each step takes; members without `?` must be there. */
const MEMBERS: Record<ScenarioStep['do'], readonly string[]> = {
  abort: ['promotion?', 'stage?', 'actor?', 'refused?'],
  advance: ['by'],
  answer: ['metric', 'with'],
  apply: ['manifests', 'refused?'],
  approve: ['freight', 'stage'],
  crash: [],
  delete: ['kind', 'name', 'refused?'],
  expect: [
    ...['stage?', 'holds?', 'ready?', 'healthy?', 'verified?', 'summary?'],
    ...['promotions?', 'verifications?', 'holding?'],
    ...['freight?', 'verifiedIn?', 'currentlyIn?', 'approvedFor?'],
    ...['longestSoak?', 'promotion?', 'phase?', 'message?', 'steps?'],
    ...['kind?', 'name?', 'like?', 'metadata?', 'spec?', 'status?'],
    ...['counts?', 'events?', 'attempts?'],
  ],
  health: ['stage', 'is'],
  plan: ['step', 'attempts'],
  promote: ['stage', 'freight', 'as?', 'refused?'],
  publish: ['image?', 'warehouse?', 'tag', 'as?'],
  refresh: ['kind', 'name'],
  verify: ['stage', 'actor?', 'refused?'],
};

/** Members of an expectation that mean nothing without another one. */
const BELONGS_TO: Record<string, readonly string[]> = {
  stage: [
    ...['holds', 'ready', 'healthy', 'verified', 'summary', 'promotions'],
    ...['verifications', 'holding'],
  ],
  freight: ['verifiedIn', 'currentlyIn', 'approvedFor', 'longestSoak'],
  promotion: ['phase', 'message', 'steps'],
  kind: ['name', 'like', 'metadata', 'spec', 'status'],
};

/** @throws Error that names what is wrong with a scenario. */
export function readCase(value: Record<string, unknown>): Scenario {
  const { id, manifests = [], steps } = value;
  if (!Array.isArray(manifests)) {
    throw new Error('"manifests" must be a list');
  }
  if (!Array.isArray(steps) || steps.length === 0) {
    throw new Error('"steps" must be a list of what happens');
  }
  steps.forEach((step, index) => {
    const problem = findProblem(step);
    if (problem) {
      throw new Error(`steps[${index}]: ${problem}`);
    }
  });
  if (!steps.some(step => step.do === 'expect' || step.refused)) {
    throw new Error('"steps" expect nothing');
  }
  return { id: String(id ?? ''), manifests, steps };
}

function findProblem(step: Record<string, unknown> | null): string | undefined {
  const { do: what, ...members } = step ?? {};
  if (typeof what !== 'string' || !Object.hasOwn(MEMBERS, what)) {
    return `"do" must be one of ${Object.keys(MEMBERS).join(', ')}`;
  }
  const known = MEMBERS[what as ScenarioStep['do']];
  const names = known.map(name => name.replace('?', ''));
  const unknown = Object.keys(members).find(name => !names.includes(name));
  if (unknown !== undefined) {
    return `"${what}" has no member "${unknown}"; it takes ${
      names.join(', ') || 'none'
    }`;
  }
  const missing = known.find(
    name => !name.endsWith('?') && members[name] === undefined,
  );
  if (missing !== undefined) {
    return `"${what}" needs "${missing}"`;
  }
  return what === 'expect' ? findLoneMember(members) : undefined;
}

/** What would be looked at by nobody. */
function findLoneMember(members: Record<string, unknown>): string | undefined {
  for (const [subject, parts] of Object.entries(BELONGS_TO)) {
    const part = parts.find(name => members[name] !== undefined);
    if (members[subject] === undefined && part !== undefined) {
      return `"expect" says "${part}" of no ${subject}: add "${subject}"`;
    }
    if (members[subject] !== undefined && part === undefined) {
      return `"expect" names a ${subject} and nothing of it: add ${parts
        .map(name => `"${name}"`)
        .join(' or ')}`;
    }
  }
  return undefined;
}
