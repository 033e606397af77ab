import { type Manifest } from '../pipelines/findSets';

/** Something that happens in a scenario, or that must be so. */
export type ScenarioStep =
  | { do: 'apply'; manifests: Array<string | Manifest>; refused?: string }
  | { do: 'publish'; image: string; tag: string; as?: string }
  | {
      do: 'promote';
      stage: string;
      freight: string;
      as?: string;
      refused?: string;
    }
  | { do: 'approve'; freight: string; stage: string }
  | { do: 'verify'; stage: string; actor?: string }
  | { do: 'abort'; promotion?: string; stage?: string; actor?: string }
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
  /** Any other resource; `like` is what it must hold at least, null that it is not there. */
  kind?: string;
  name?: string;
  like?: unknown;
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

const KNOWN = [
  'abort',
  'advance',
  'answer',
  'apply',
  'approve',
  'crash',
  'delete',
  'expect',
  'health',
  'plan',
  'promote',
  'publish',
  'refresh',
  'verify',
];

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
    if (!KNOWN.includes(step?.do)) {
      throw new Error(
        `steps[${index}]: "do" must be one of ${KNOWN.join(', ')}`,
      );
    }
  });
  if (!steps.some(step => step.do === 'expect' || step.refused)) {
    throw new Error('"steps" expect nothing');
  }
  return { id: String(id ?? ''), manifests, steps };
}
