import { LoggerService } from '@backstage/backend-plugin-api';
import { toError } from '@backstage/errors';
import { isKargoRequestError, KargoApi } from 'backstage-plugin-kargo-common';
import pLimit from 'p-limit';
import { createHash } from 'node:crypto';
import { KargoNotifier, Plan } from './KargoNotifier';
import { KeptTask, Ledger } from './Ledger';
import {
  AddressedNotice,
  NoticeSender,
  RefusedNoticeError,
} from './NoticeSender';
import { Outages } from './Outages';
import { pause } from './pause';

/** So many tasks of a project are looked at together. */
const MOST_TOGETHER = 50;
/** Notifications on their way: one that nobody has noted may have been sent. */
const MOST_SENT_AT_ONCE = 1;
/** What could not be told for so long is of no use to anybody. */
const GIVE_UP_AFTER_MS = 60 * 60 * 1000;
/** What alone cannot be told holds up the others of its project no longer. */
const GIVE_UP_ALONE_AFTER_MS = 60 * 1000;
const LONGEST_RETRY_MS = 60_000;

/** What a {@link TaskTeller} works with. */
export interface TaskTellerOptions {
  kargo: KargoApi;
  ledger: Ledger;
  notifier: KargoNotifier;
  sender: NoticeSender;
  outages: Outages;
  logger: LoggerService;
  /** Epoch milliseconds. */
  now: () => number;
  /** Milliseconds before something is tried again; twice as long after each other failure. */
  retryMs: number;
  /** Nothing more is begun once it has fired. */
  signal: AbortSignal;
  /** Told when there are soak times that run. */
  onSoaks: () => void;
  /** Told of what nothing is to be done about here: the ledger cannot be read or was lost. */
  onError: (error: unknown) => void;
}

/** To tell of some tasks of a project. */
interface Attempt {
  project: string;
  /** Whether others do not fail so; asked at each failure. */
  isAlone(error: unknown): boolean;
}

/**
 * Tells people of the tasks in the ledger: of each project in their order, and of all projects
 * beside each other, so that one that cannot be read holds up its own alone.
 *
 * @remarks
 * Each notice is noted when it was sent, one after another. So what is told again after a
 * kill is one notice at most: the one that was on its way.
 */
export class TaskTeller {
  readonly #limit = pLimit(MOST_SENT_AT_ONCE);
  readonly #lanes = new Map<string, Promise<void>>();
  /** Projects that have got tasks since somebody looked for them. */
  readonly #fresh = new Set<string>();
  /** How many notices were sent. */
  #sent = 0;
  readonly #failed = new AbortController();
  readonly #signal: AbortSignal;

  static create(options: TaskTellerOptions): TaskTeller {
    return new TaskTeller(options);
  }

  private constructor(private readonly options: TaskTellerOptions) {
    this.#signal = AbortSignal.any([options.signal, this.#failed.signal]);
  }

  /** Begins to tell of what the ledger has, where that is not going on. */
  async lookForTasks(): Promise<void> {
    for (const project of await this.options.ledger.listProjects()) {
      this.#fresh.add(project);
      if (!this.#lanes.has(project)) {
        this.#lanes.set(project, this.work(project));
      }
    }
  }

  /** Resolves when nothing is on its way any more. */
  async end(): Promise<void> {
    await Promise.all(this.#lanes.values());
  }

  private async work(project: string): Promise<void> {
    const { ledger } = this.options;
    try {
      while (this.#fresh.delete(project)) {
        for (;;) {
          this.#signal.throwIfAborted();
          const tasks = await ledger.listTasks(project, MOST_TOGETHER);
          if (tasks.length === 0) break;
          await this.tell(project, tasks);
        }
      }
    } catch (error) {
      this.fail(error);
    } finally {
      this.#lanes.delete(project);
    }
  }

  private async tell(
    project: string,
    tasks: readonly KeptTask[],
  ): Promise<void> {
    const { kargo, ledger, notifier, onSoaks, outages } = this.options;
    const plan = await this.untilDone(
      { project, isAlone: error => isKargoRequestError(error, 403) },
      isLast =>
        notifier.plan(kargo, tasks, {
          findWaiting: scopes => ledger.findWaiting(scopes),
          withoutOwners: isLast,
        }),
    );
    if (plan) {
      await this.send(project, plan);
    }
    const soaks = plan?.soaks ?? [];
    await ledger.complete({
      project,
      done: tasks.map(({ id }) => id),
      ended: plan?.ended ?? [],
      soaks,
    });
    outages.end(project);
    if (soaks.length > 0) {
      onSoaks();
    }
  }

  private async send(project: string, { notices }: Plan): Promise<void> {
    const { ledger, sender } = this.options;
    const sent = await ledger.findSent(project);
    const left = notices.filter(
      each => sent.get(each.notice.scope) !== digestOf(each),
    );
    await allEnded(
      left.map(each =>
        this.untilDone({ project, isAlone: this.tellOthers() }, () =>
          this.#limit(async () => {
            this.#signal.throwIfAborted();
            await sender.send(each);
            this.#sent++;
            await this.note(project, each);
          }),
        ),
      ),
    );
  }

  /**
   * Tells of what fails whether others were sent since it failed first. What was sent before says
   * nothing: the portal may have gone away in between.
   */
  private tellOthers(): () => boolean {
    let sentBefore: number | undefined;
    return () => {
      sentBefore ??= this.#sent;
      return this.#sent > sentBefore;
    };
  }

  /** Nothing more is sent once something was sent that cannot be noted. */
  private async note(project: string, each: AddressedNotice): Promise<void> {
    const { scope, waiting } = each.notice;
    try {
      await this.options.ledger.noteSent({
        project,
        scope,
        digest: digestOf(each),
        begins: waiting === 'begins',
      });
    } catch (error) {
      this.fail(error);
      throw error;
    }
  }

  private fail(error: unknown): void {
    if (!this.#signal.aborted) {
      this.#failed.abort(error);
      this.options.onError(error);
    }
  }

  /**
   * Does something until it succeeds; `undefined` when it does not although what it fails with
   * was waited for long enough.
   *
   * @param work - is told when it is not tried again
   * @throws what it failed with when the portal stops or another replica tells: whoever goes on
   * tries again
   */
  private async untilDone<T>(
    { project, isAlone }: Attempt,
    work: (isLast: boolean) => Promise<T>,
  ): Promise<T | undefined> {
    const { logger, now, outages, retryMs } = this.options;
    const signal = this.#signal;
    let isLast = false;
    let failedAtMs: number | undefined;
    for (let failures = 1; ; failures++) {
      try {
        return await work(isLast);
      } catch (error) {
        if (signal.aborted) {
          throw error;
        }
        const patienceMs = patienceWith(error, isAlone(error));
        if (isLast || patienceMs === 0) {
          logger.warn('Gave up notifying of an event of Kargo', {
            ...{ project, error: toError(error).message },
          });
          return undefined;
        }
        outages.tell('Cannot notify of events of Kargo', error, project);
        failedAtMs ??= now();
        isLast = now() - failedAtMs > patienceMs;
      }
      await pause(
        Math.min(retryMs * 2 ** (failures - 1), LONGEST_RETRY_MS),
        signal,
      );
      signal.throwIfAborted();
    }
  }
}

/** How long to go on with what fails with an error, in milliseconds. */
function patienceWith(error: unknown, isAlone: boolean): number {
  if (error instanceof RefusedNoticeError) {
    return error.mayPass ? GIVE_UP_ALONE_AFTER_MS : 0;
  }
  return isAlone ? GIVE_UP_ALONE_AFTER_MS : GIVE_UP_AFTER_MS;
}

/** @throws what the first failed with, when none goes on any more */
async function allEnded(work: readonly Promise<unknown>[]): Promise<void> {
  await Promise.allSettled(work);
  await Promise.all(work);
}

function digestOf({ notice, refs, except }: AddressedNotice): string {
  const { kind, scope, title, description, link, waiting = null } = notice;
  return createHash('sha256')
    .update(
      JSON.stringify([
        ...[kind, scope, title, description, link, waiting],
        ...[refs, except ?? null],
      ]),
    )
    .digest('hex');
}
