import { JsonObject, PromotionStep } from 'backstage-plugin-kargo-common';
import {
  AnyStep,
  createStep,
  StepFacts,
  StepFiles,
  StepOutcome,
} from 'backstage-plugin-kargo-node';
import { z } from 'zod';
import { hanging } from './ScriptedStep';
import { pick } from './seededRandom';

/**
 * What a step does: it fills the folder, reads there and acts on the world, acts without the
 * folder, or only computes.
 */
export type StepUse = 'fill' | 'act' | 'call' | 'compute';

/** A step of a random Promotion. Steps are told by their positions. */
export interface RandomStep extends PromotionStep {
  uses: StepUse;
  as: string;
}

/** What an attempt finds when it begins. */
export interface BegunAttempt {
  position: number;
  uses: StepUse;
  /** Whether it is told that the step began before. */
  isRepeated: boolean;
  /** When the step's first attempt began, as it is told; epoch milliseconds. */
  startedAt: number;
  /** Epoch milliseconds. */
  now: number;
  /** Who left something in the folder, in that order; absent when it cannot look there. */
  folder?: number[];
  /** Which output of each earlier step it is told, where there is one: no two are alike. */
  outputs: ReadonlyMap<number, number>;
}

/** Whoever is told what happens to the steps. */
export interface StepWitness {
  begin(attempt: BegunAttempt): void;
  succeed(position: number): void;
  /** Nobody will use the folder of the Promotion any more. */
  loseFolder(): void;
}

/** A step may last so long, all of its attempts together. */
export const STEP_LIMIT_MS = 300_000;

/** What stands there more often is drawn more often. */
const USES: readonly StepUse[] = [
  'fill',
  'fill',
  'fill',
  'act',
  'act',
  'call',
  'compute',
];
/** How often a step runs whatever came before it, and how often its failure is let pass. */
const EXCEPTION_SHARE = 0.25;

/** What becomes of an attempt. */
type Course =
  | 'succeeds'
  | 'hangs before it acts'
  | 'hangs when it has acted'
  | 'waits'
  | 'throws'
  | 'hears nothing';

const TROUBLES: readonly Course[] = [
  'hangs before it acts',
  'hangs before it acts',
  'hangs when it has acted',
  'hangs when it has acted',
  'waits',
  'throws',
  'hears nothing',
];
const TROUBLE_SHARE = 0.55;
/** So many of them happen to a Promotion: at some time it ends. */
const MOST_TROUBLES = 8;

/** Draws the steps of a Promotion, 4 to 9; the same numbers draw the same ones. */
export function drawSteps(random: () => number): RandomStep[] {
  const length = 4 + Math.floor(random() * 6);
  return Array.from({ length }, (_, position) => ({
    uses: pick(random, USES),
    as: `s${position}`,
    retry: { errorThreshold: 3, timeout: `${STEP_LIMIT_MS / 1_000}s` },
    ...(random() < EXCEPTION_SHARE && { if: '${{ always() }}' }),
    ...(random() < EXCEPTION_SHARE && { continueOnError: true }),
  }));
}

/** Plays the attempts of the steps of one Promotion by chance, and tells what they find. */
export class RandomSteps {
  /** What has happened, in that order. */
  readonly trace: string[] = [];
  /** What holds the Promotion: an attempt that lasts until it is told to stop, or for ever. */
  held?: 'hanging' | 'deaf';
  private troublesLeft = MOST_TROUBLES;
  private outputs = 0;
  private readonly over = new AbortController();

  constructor(
    private readonly options: {
      steps: readonly RandomStep[];
      random: () => number;
      witness: StepWitness;
    },
  ) {}

  /** What the engine runs. */
  get runners(): AnyStep[] {
    const config = z.looseObject({});
    return [
      createStep({
        id: 'fill',
        description: 'Leaves its mark in the folder.',
        config,
        needs: ['files'],
        workspace: 'writes',
        run: (_, context) => this.attempt(context, context.files),
      }),
      createStep({
        id: 'act',
        description: 'Acts on the world with what is in the folder.',
        config,
        needs: ['files'],
        workspace: 'reads',
        run: (_, context) => this.attempt(context, context.files),
      }),
      createStep({
        id: 'call',
        description: 'Acts on the world.',
        config,
        needs: ['controlPlane'],
        run: (_, context) => this.attempt(context),
      }),
      createStep({
        id: 'compute',
        description: 'Only computes.',
        config,
        run: (_, context) => this.attempt(context),
      }),
    ];
  }

  /** Ends the attempts that nothing else ends. */
  end(): void {
    this.over.abort();
  }

  private async attempt(
    facts: StepFacts,
    files?: StepFiles,
  ): Promise<StepOutcome> {
    const { steps, witness } = this.options;
    const position = steps.findIndex(({ as }) => as === facts.alias);
    const { uses } = steps[position];
    const course = this.drawCourse();
    const again = facts.isRepeated ? ' (again)' : '';
    this.trace.push(`${facts.alias} ${uses} ${course}${again}`);
    witness.begin({
      position,
      uses,
      isRepeated: facts.isRepeated,
      startedAt: facts.startedAt,
      now: facts.now(),
      ...(files && { folder: await readMarks(files) }),
      outputs: this.readOutputs(position, facts.outputs),
    });
    if (course === 'hangs before it acts') await this.hang(facts);
    if (course === 'hears nothing') await this.ignore(facts);
    if (uses === 'fill' && files) await leaveMark(files, position);
    if (course === 'hangs when it has acted') await this.hang(facts);
    if (course === 'throws') throw new Error('Bad luck');
    if (course === 'waits') return { kind: 'waiting', reason: 'Not yet' };
    witness.succeed(position);
    this.outputs += 1;
    return { kind: 'succeeded', output: { number: this.outputs } };
  }

  private drawCourse(): Course {
    const { random } = this.options;
    if (this.troublesLeft === 0 || random() > TROUBLE_SHARE) {
      return 'succeeds';
    }
    this.troublesLeft -= 1;
    return pick(random, TROUBLES);
  }

  /** Lasts until it is told to stop. */
  private async hang(facts: StepFacts): Promise<void> {
    this.held = 'hanging';
    try {
      await hanging(facts);
    } finally {
      this.held = undefined;
    }
  }

  /** Goes on although it is told to stop: the engine gives it up, and its folder. */
  private async ignore(facts: StepFacts): Promise<void> {
    this.held = 'deaf';
    facts.signal.addEventListener('abort', () => {
      this.held = undefined;
      this.options.witness.loseFolder();
    });
    await hanging({ ...facts, signal: this.over.signal });
  }

  private readOutputs(
    position: number,
    outputs: JsonObject,
  ): Map<number, number> {
    const earlier = this.options.steps.slice(0, position);
    return new Map(
      earlier.flatMap(({ as }, index): Array<[number, number]> => {
        const output = outputs[as] as { number: number } | undefined;
        return output ? [[index, output.number]] : [];
      }),
    );
  }
}

const MARKS = 'marks.json';

async function readMarks(files: StepFiles): Promise<number[]> {
  return (await files.find(MARKS))
    ? JSON.parse(await files.readText(MARKS))
    : [];
}

async function leaveMark(files: StepFiles, position: number): Promise<void> {
  const marks = [...(await readMarks(files)), position];
  await files.write(MARKS, JSON.stringify(marks));
}
