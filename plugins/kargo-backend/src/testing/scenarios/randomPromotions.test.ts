import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { EngineHarness } from '../EngineHarness';
import {
  BegunAttempt,
  drawSteps,
  RandomStep,
  RandomSteps,
  STEP_LIMIT_MS,
  StepWitness,
} from '../RandomSteps';
import {
  demoProject,
  demoStage,
  demoWarehouse,
  imageOf,
} from '../scenarioManifests';
import { seededRandom } from '../seededRandom';

jest.setTimeout(180_000);

/** The first and the last seed, as `1-40`; or one seed. */
const { KARGO_TEST_PROMOTIONS = '1-40' } = process.env;

/** A step that does not stop is given up well within this. */
const GRACE_MS = 10_000;
/** Whoever waits has been asked again after this. */
const PAUSE_MS = 15_000;
/** So long that what has ended meanwhile, and what goes on, is written for people to see. */
const NOTICED_MS = 1_000;
/** A Promotion is held or waits less often than this. */
const MOST_ROUNDS = 200;

/** How often time passes before what is held is disturbed. */
const NOTICED_SHARE = 0.3;
/** How often the time of what is held ends, and how often it loses its folder; else it is cut off. */
const TIMEOUT_SHARE = 0.07;
const LOSS_SHARE = 0.08;

/** Notes what is not kept of that which `docs/decisions/0013` promises of steps and their folder. */
class StepPromises implements StepWitness {
  readonly broken: string[] = [];
  private isFolderLost = false;
  /** When the first attempt of each step began, by its position; epoch milliseconds. */
  private readonly begun = new Map<number, number>();
  /** Steps that have succeeded in acting on the world, and those of which that is written. */
  private readonly acted = new Set<number>();
  private readonly writtenAsDone = new Set<number>();
  /** Which output of each step those that act were told. */
  private readonly told = new Map<number, number>();

  constructor(private readonly steps: readonly RandomStep[]) {}

  begin(attempt: BegunAttempt): void {
    if (attempt.uses !== 'compute') {
      this.expectWritten(attempt.position);
    }
    this.judgeFolder(attempt);
    if (acts(attempt)) {
      this.judgeAct(attempt);
      this.judgeOutputs(attempt);
    }
    if (!this.begun.has(attempt.position)) {
      this.begun.set(attempt.position, attempt.now);
    }
  }

  succeed(position: number): void {
    if (acts(this.steps[position])) {
      this.acted.add(position);
    }
  }

  loseFolder(): void {
    this.isFolderLost = true;
  }

  /** What a step did to the world is written before a later one does more than compute. */
  private expectWritten(position: number): void {
    for (const earlier of this.acted) {
      if (earlier < position) {
        this.writtenAsDone.add(earlier);
      }
    }
  }

  private judgeFolder({ position, folder, outputs }: BegunAttempt): void {
    if (!folder) {
      return;
    }
    const found = `in a folder filled by [${folder.join(', ')}]`;
    if (folder.some((mark, at) => mark < folder[at - 1])) {
      this.break(position, `works out of order ${found}`);
    }
    if (folder.some(mark => mark > position)) {
      this.break(position, `works ${found}, which is ahead of it`);
    }
    for (const earlier of outputs.keys()) {
      if (this.fills(earlier) && !folder.includes(earlier)) {
        this.break(position, `lacks what s${earlier} left ${found}`);
      }
    }
  }

  private judgeAct({ position, isRepeated, startedAt }: BegunAttempt): void {
    if (this.writtenAsDone.has(position)) {
      this.break(position, 'acts again, although it was written as done');
    }
    const first = this.begun.get(position);
    if (first === undefined) {
      return;
    }
    if (!isRepeated) {
      this.break(position, 'is not told that it began before');
    }
    if (startedAt > first) {
      this.break(
        position,
        `is told that it began ${startedAt - first} ms late`,
      );
    }
  }

  private judgeOutputs({ position, outputs }: BegunAttempt): void {
    for (const [earlier, output] of outputs) {
      const before = this.told.get(earlier) ?? output;
      const mayBeRepeated = this.isFolderLost && this.fills(earlier);
      if (output !== before && !mayBeRepeated) {
        const what = `output ${output} of s${earlier}`;
        this.break(position, `is told ${what}, which was ${before} before`);
      }
      this.told.set(earlier, output);
    }
  }

  private fills(position: number): boolean {
    return this.steps[position].uses === 'fill';
  }

  private break(position: number, how: string): void {
    this.broken.push(`s${position} ${how}`);
  }
}

function acts({ uses }: Pick<RandomStep, 'uses'>): boolean {
  return uses === 'act' || uses === 'call';
}

/** A Promotion by the numbers of a seed, and all that it meets. */
class RandomPromotion {
  private readonly random: () => number;
  private readonly steps: RandomStep[];
  private readonly promises: StepPromises;
  private readonly played: RandomSteps;

  constructor(private readonly seed: number) {
    this.random = seededRandom(seed);
    this.steps = drawSteps(this.random);
    this.promises = new StepPromises(this.steps);
    this.played = new RandomSteps({
      steps: this.steps,
      random: this.random,
      witness: this.promises,
    });
  }

  /** @returns what was not kept, with all that led there; nothing when all was */
  async play(): Promise<string | undefined> {
    const { runners } = this.played;
    const harness = await EngineHarness.create({ steps: runners });
    try {
      await this.promote(harness);
      await this.untilEnded(harness);
    } catch (error) {
      this.promises.broken.push(inspect(error));
    } finally {
      this.played.end();
      await harness.stop();
    }
    return this.promises.broken.length > 0 ? this.describe() : undefined;
  }

  private async promote(harness: EngineHarness): Promise<void> {
    harness.publish(imageOf('guestbook'), '1.0.0');
    await harness.apply(
      demoProject('none') +
        demoWarehouse('guestbook') +
        demoStage(
          'test',
          { guestbook: '{direct: true}' },
          JSON.stringify(this.steps),
        ),
    );
    await harness.settle();
    const [freight] = await harness.list('Freight');
    await harness.promote('test', freight.metadata.name);
  }

  /** Disturbs what is held, and lets the time of what waits pass. */
  private async untilEnded(harness: EngineHarness): Promise<void> {
    for (let round = 0; round < MOST_ROUNDS; round++) {
      await harness.until(
        async () => this.played.held !== undefined || isAtRest(harness),
      );
      if (this.played.held) {
        await this.disturb(harness);
      } else if (await hasEnded(harness)) {
        return;
      } else {
        await harness.clock.advance(PAUSE_MS);
      }
    }
    throw new Error('The Promotion does not end');
  }

  private async disturb(harness: EngineHarness): Promise<void> {
    const { trace, held } = this.played;
    if (this.random() < NOTICED_SHARE) {
      await harness.clock.advance(NOTICED_MS);
    }
    const drawn = this.random();
    if (held === 'deaf' || drawn < TIMEOUT_SHARE) {
      trace.push('its time is over');
      await harness.clock.advance(STEP_LIMIT_MS + GRACE_MS);
      return;
    }
    if (drawn < TIMEOUT_SHARE + LOSS_SHARE) {
      trace.push('the folder is lost');
      this.promises.loseFolder();
      await rm(join(harness.root, 'promotions'), { recursive: true });
    }
    trace.push('the engine starts anew');
    await harness.restart();
  }

  private describe(): string {
    return [
      `seed ${this.seed}: what is promised of steps is not kept`,
      ...this.promises.broken,
      'of',
      ...this.steps.map(step => `  ${JSON.stringify(step)}`),
      'after',
      ...this.played.trace.map(what => `  ${what}`),
      `to be run again with KARGO_TEST_PROMOTIONS=${this.seed}`,
    ].join('\n');
  }
}

async function isAtRest(harness: EngineHarness): Promise<boolean> {
  const { due, leased } = await harness.queue.stats();
  return due + leased === 0;
}

async function hasEnded(harness: EngineHarness): Promise<boolean> {
  const [{ status }] = await harness.list('Promotion');
  return status?.finishedAt !== undefined;
}

/** All seeds of a range as `1-40`; a single number is a range of its own. */
function seedsOf(range: string): number[] {
  const [first, last = first] = range.split('-').map(Number);
  return Array.from({ length: last - first + 1 }, (_, at) => first + at);
}

describe('what is promised of steps', () => {
  it.each(seedsOf(KARGO_TEST_PROMOTIONS))(
    'is kept whatever happens to the Promotion of seed %p',
    async seed => {
      expect(await new RandomPromotion(seed).play()).toBe(undefined);
    },
  );
});
