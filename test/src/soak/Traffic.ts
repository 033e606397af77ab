import { setTimeout as delay } from 'node:timers/promises';
import { pick } from 'backstage-plugin-kargo-backend/src/testing/seededRandom';
import {
  ApiProgram,
  eventually,
  type WireResource,
} from '../scenarios/ApiProgram';
import type { PromotionRecord } from './judgeRun';
import { SOAK_STAGES, soakFreight, type SoakProject } from './manifests';
import type { Replica } from './Replica';

/** Longest wait for an answer of any replica. */
const ANSWER_MS = 4 * 60_000;
/** Longest wait for one replica before the next one is asked. */
const CALL_MS = 20_000;
const PAUSE_MS = 500;
/** Most Promotions that are asked for before the first of them has ended. */
const MOST_OPEN = 30;

type Asked = Omit<PromotionRecord, 'phase' | 'message'>;

/** A person who asks for Promotions of ever newer tags, of whichever replica answers. */
export class Traffic {
  readonly asked: Asked[] = [];
  /** Milliseconds from asking until the answer, for every Promotion. */
  readonly answerMs: number[] = [];
  #tags = 0;

  constructor(
    private readonly replicas: readonly Replica[],
    private readonly projects: readonly SoakProject[],
    private readonly random: () => number,
  ) {}

  /** Asks for Promotions until the signal fires. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const open = await this.countOpen();
      if (open < MOST_OPEN) {
        await this.promoteNext();
      }
      await delay(1_000 + this.random() * 3_000, undefined, { signal }).catch(
        () => undefined,
      );
    }
  }

  /** Waits until every Promotion has ended; those that have not by then are told as they are. */
  async results(signal: AbortSignal): Promise<PromotionRecord[]> {
    const results: PromotionRecord[] = [];
    for (const asked of this.asked) {
      const ended = await this.ask(program =>
        program.ended(asked.project, asked.name, signal),
      ).catch(() =>
        this.ask(program => program.promotion(asked.project, asked.name)),
      );
      const { phase = 'Pending', message } = (ended.status ?? {}) as {
        phase?: string;
        message?: string;
      };
      results.push({ ...asked, phase, ...(message && { message }) });
    }
    return results;
  }

  /** Asks whichever replica answers, again and again. */
  ask<T>(question: (program: ApiProgram) => Promise<T>): Promise<T> {
    let turn = Math.floor(this.random() * this.replicas.length);
    return eventually(async () => {
      turn += 1;
      const { portal } = this.replicas[turn % this.replicas.length];
      if (!portal) {
        return undefined;
      }
      const program = new ApiProgram(portal.api, portal.token);
      return Promise.race([
        question(program),
        delay(CALL_MS).then(() => undefined),
      ]).catch(async () => {
        await delay(PAUSE_MS);
        return undefined;
      });
    }, AbortSignal.timeout(ANSWER_MS));
  }

  private async promoteNext(): Promise<void> {
    const project = pick(this.random, this.projects);
    const stage = pick(this.random, SOAK_STAGES);
    this.#tags += 1;
    const tag = `1.0.${this.#tags}`;
    const started = performance.now();
    const freight = await this.ask(program =>
      this.findOrCreateFreight(program, project, tag),
    );
    const promotion = await this.ask(async program => {
      // An answer that was lost may have left a Promotion behind.
      const known = await program.promotions(project.name, stage);
      return (
        known.find(({ spec }) => spec?.freight === freight) ??
        program.promote(project.name, stage, freight)
      );
    });
    this.answerMs.push(performance.now() - started);
    const { name } = promotion.metadata;
    this.asked.push({ project: project.name, stage, name, tag });
  }

  private async findOrCreateFreight(
    program: ApiProgram,
    project: SoakProject,
    tag: string,
  ): Promise<string> {
    const { groups } = await program.get<{
      groups: Record<string, { items: WireResource[] }>;
    }>(`/projects/${project.name}/freight`);
    const known = Object.values(groups)
      .flatMap(({ items }) => items)
      .find(({ images }) => images?.some(image => image.tag === tag));
    if (known) {
      return known.metadata.name;
    }
    const [created] = await program.create(soakFreight(project, tag));
    return created.metadata.name;
  }

  private async countOpen(): Promise<number> {
    const lists = await Promise.all(
      this.projects.map(({ name }) =>
        this.ask(program =>
          program.get<{ items: WireResource[] }>(
            `/projects/${name}/promotions`,
          ),
        ),
      ),
    );
    return lists
      .flatMap(({ items }) => items)
      .filter(({ status }) =>
        [undefined, 'Pending', 'Running'].includes(status?.phase),
      ).length;
  }
}
