import { LoggerService } from '@backstage/backend-plugin-api';
import { toError } from '@backstage/errors';
import {
  Freight,
  isKargoRequestError,
  KargoApi,
  Stage,
  ungroupedFreight,
} from 'backstage-plugin-kargo-common';
import { personOf } from './entityRefs';
import {
  KargoNotices,
  Notice,
  PromotionEvent,
  StageEvent,
} from './KargoNotices';
import { NoticeDelivery } from './NoticeDelivery';
import { NotificationsConfig } from './readConfig';
import { Reminders } from './Reminders';
import { readToldEvent, ToldEvent, ToldFreight } from './toldEvent';
import { approvedStanding, isTakenUp, standingOf } from './waitingStages';

/** Of older Freight nobody is told that it waits. */
const NEWEST_FREIGHT = 100;
/** More events than that wait for nobody: something is wrong, and memory is not for them. */
const MOST_WAITING = 1000;

/** What a notifier works with. */
export interface KargoNotifierOptions {
  /** Kargo's API, as somebody who may read everything. */
  connect: () => Promise<KargoApi>;
  delivery: NoticeDelivery;
  reminders: Reminders;
  config: NotificationsConfig;
  logger: LoggerService;
  /** Epoch milliseconds. */
  now: () => number;
}

/**
 * Tells people of what Kargo's events mean for them.
 *
 * @remarks
 * An event is a hint: what is told is read anew, with a few requests whatever the number of
 * Stages. Events are worked on one after the other, so that what happened later also takes
 * its place later. Nothing is remembered of what was told: the scope of a notice replaces
 * it, also when an event comes twice.
 */
export class KargoNotifier {
  private readonly notices: KargoNotices;
  #work: Promise<void> = Promise.resolve();
  #waiting = 0;

  static create(options: KargoNotifierOptions): KargoNotifier {
    return new KargoNotifier(options);
  }

  private constructor(private readonly options: KargoNotifierOptions) {
    this.notices = KargoNotices.create(options.config.pagePath);
  }

  /** Resolves when the event is worked on; never rejects. */
  async handle(payload: unknown): Promise<void> {
    const event = readToldEvent(payload);
    if (event) {
      await this.inTurn(event, () => this.tell(event));
    }
  }

  private inTurn(about: ToldEvent, work: () => Promise<void>): Promise<void> {
    const { logger } = this.options;
    const { type, project } = about;
    if (this.#waiting >= MOST_WAITING) {
      logger.warn('Too many events of Kargo at once to notify of all', {
        type,
        project,
      });
      return Promise.resolve();
    }
    this.#waiting++;
    this.#work = this.#work
      .then(work)
      .catch(error => {
        // What was deleted meanwhile waits for nobody.
        if (!isKargoRequestError(error, 404)) {
          logger.warn('Cannot notify of an event of Kargo', {
            type,
            project,
            error: toError(error).message,
          });
        }
      })
      .finally(() => {
        this.#waiting--;
      });
    return this.#work;
  }

  private async tell(event: ToldEvent): Promise<void> {
    const { kinds } = this.options.config;
    const { freight, stage } = event;
    switch (event.type) {
      case 'FreightCreated':
      case 'FreightVerificationSucceeded':
        return kinds.freightWaiting.enabled && freight
          ? this.tellOfFreight(event, freight)
          : undefined;
      case 'FreightApproved':
        return kinds.freightWaiting.enabled && freight && stage
          ? this.tellOfApproval(event, freight, stage)
          : undefined;
      case 'FreightVerificationFailed':
      case 'FreightVerificationErrored':
      case 'FreightVerificationInconclusive':
        return kinds.verificationFailed.enabled && stage
          ? this.tellOf(
              event,
              this.notices.verificationFailed(withStage(event, stage)),
              stage,
            )
          : undefined;
      default:
        return event.promotion && stage
          ? this.tellOfPromotion({
              ...event,
              stage,
              promotion: event.promotion,
            })
          : undefined;
    }
  }

  private async tellOfPromotion(event: PromotionEvent): Promise<void> {
    const { kinds } = this.options.config;
    const { freight, pullRequest, stage } = event;
    switch (event.type) {
      case 'PromotionCreated':
        return kinds.freightWaiting.enabled && freight && isByHand(event)
          ? this.tellOfTakingUp(event, freight)
          : undefined;
      case 'PromotionWaiting':
        return kinds.pullRequestWaiting.enabled && pullRequest
          ? this.tellOf(
              event,
              this.notices.pullRequestWaits(event, pullRequest),
              stage,
            )
          : undefined;
      case 'PromotionFailed':
      case 'PromotionErrored':
        return kinds.promotionFailed.enabled
          ? this.tellOf(event, this.notices.promotionFailed(event), stage)
          : this.tellOfPullRequestEnd(event);
      case 'PromotionSucceeded':
      case 'PromotionAborted':
        return this.tellOfPullRequestEnd(event);
      default:
        return undefined;
    }
  }

  private async tellOfPullRequestEnd(event: PromotionEvent): Promise<void> {
    if (
      this.options.config.kinds.pullRequestWaiting.enabled &&
      event.pullRequest
    ) {
      await this.tellOf(
        event,
        this.notices.pullRequestDone(event),
        event.stage,
      );
    }
  }

  /** Of something that happened in a Stage; whoever asked for it is told, too. */
  private async tellOf(
    { project, actor }: ToldEvent,
    notice: Notice,
    name: string,
  ): Promise<void> {
    const kargo = await this.options.connect();
    const stage = await kargo.getStage({ project, stage: name });
    await this.options.delivery.deliver(kargo, project, [
      { stage, notice, requester: personOf(actor) },
    ]);
  }

  /** @param only - names of the Stages to tell of, instead of those that the event concerns */
  private async tellOfFreight(
    event: ToldEvent,
    freight: ToldFreight,
    only?: ReadonlySet<string>,
  ): Promise<void> {
    const { reminders, now } = this.options;
    const { project, actor } = event;
    const kargo = await this.options.connect();
    const concerned = (await listStages(kargo, project, freight)).filter(
      stage =>
        only?.has(stage.metadata.name) ?? concerns(event, freight, stage),
    );
    if (concerned.length === 0) {
      return;
    }
    const known = await listFreight(kargo, project, freight);
    const about = known.find(({ metadata }) => metadata.name === freight.name);
    if (!about) {
      return;
    }
    const { waiting, soaking } = standingOf(about, concerned, known, now());
    for (const [timeMs, stages] of soaking) {
      const names = new Set(stages.map(({ metadata }) => metadata.name));
      reminders.at(timeMs, `${project}/${freight.name}/${timeMs}`, () => {
        void this.inTurn(event, () =>
          this.tellOfFreight(event, freight, names),
        );
      });
    }
    await this.options.delivery.deliver(
      kargo,
      project,
      waiting.map(({ stage, availability }) => ({
        stage,
        notice: this.notices.freightWaits(
          stage.metadata.name,
          about,
          availability,
        ),
        except: personOf(actor),
      })),
    );
  }

  private async tellOfApproval(
    { project, actor }: ToldEvent,
    freight: ToldFreight,
    name: string,
  ): Promise<void> {
    const kargo = await this.options.connect();
    const [stage, about] = await Promise.all([
      kargo.getStage({ project, stage: name }),
      kargo.getFreight({ project, freight: freight.name }),
    ]);
    await this.options.delivery.deliver(
      kargo,
      project,
      approvedStanding(about, stage, this.options.now()).map(
        ({ availability }) => ({
          stage,
          notice: this.notices.freightWaits(name, about, availability),
          except: personOf(actor),
        }),
      ),
    );
  }

  /** To everybody: also what whoever promotes has in their inbox is over. */
  private async tellOfTakingUp(
    event: PromotionEvent,
    freight: ToldFreight,
  ): Promise<void> {
    const { project } = event;
    const kargo = await this.options.connect();
    const [stage, known] = await Promise.all([
      kargo.getStage({ project, stage: event.stage }),
      listFreight(kargo, project, freight),
    ]);
    if (isTakenUp(freight.name, stage, known)) {
      const notice = this.notices.freightTakenUp(event, freight);
      await this.options.delivery.deliver(kargo, project, [{ stage, notice }]);
    }
  }
}

function withStage(event: ToldEvent, stage: string): StageEvent {
  return { ...event, stage };
}

/** Not by the engine. */
function isByHand({ actor = '' }: ToldEvent): boolean {
  return !actor.startsWith('controller:');
}

/** Whether an event may have made Freight available to a Stage. */
function concerns(
  event: ToldEvent,
  freight: ToldFreight,
  { spec }: Stage,
): boolean {
  const sources = spec.requestedFreight.find(
    ({ origin }) => origin.name === freight.warehouse,
  )?.sources;
  return event.type === 'FreightCreated'
    ? sources?.direct === true
    : sources?.stages?.includes(event.stage ?? '') ?? false;
}

async function listStages(
  kargo: KargoApi,
  project: string,
  { warehouse }: ToldFreight,
): Promise<Stage[]> {
  const { items } = await kargo.listStages({
    project,
    freightOrigins: [warehouse],
  });
  return items;
}

async function listFreight(
  kargo: KargoApi,
  project: string,
  { warehouse }: ToldFreight,
): Promise<Freight[]> {
  return ungroupedFreight(
    await kargo.queryFreight({
      project,
      origins: [warehouse],
      newest: NEWEST_FREIGHT,
    }),
  );
}
