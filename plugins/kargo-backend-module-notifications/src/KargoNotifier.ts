import { createHash } from 'node:crypto';
import { KargoApi } from 'backstage-plugin-kargo-common';
import pLimit from 'p-limit';
import { personOf } from './entityRefs';
import {
  freightScope,
  KargoNotices,
  Notice,
  PromotionEvent,
  promotionScope,
} from './KargoNotices';
import { Soak, Task } from './Ledger';
import { AddressedNotice } from './NoticeSender';
import {
  isFinalAnswer,
  ProjectReads,
  UnknownOwnersError,
} from './ProjectReads';
import { NotificationsConfig } from './readConfig';
import { recipientsOf } from './recipientsOf';
import { ToldEvent, ToldFreight } from './toldEvent';
import {
  approvedStanding,
  concernedStages,
  isTakenUp,
  standingOf,
} from './waitingStages';

/** Requests to Kargo's API at a time: whoever promotes comes first. */
const MOST_AT_ONCE = 4;

/** What a notifier works with. */
export interface KargoNotifierOptions {
  config: NotificationsConfig;
  /** Epoch milliseconds. */
  now: () => number;
}

/** How to plan. */
export interface PlanOptions {
  /** Those of some scopes of which people were told that something waits. */
  findWaiting(scopes: readonly string[]): Promise<ReadonlySet<string>>;
  /** Whether whoever else is to be told is told while nobody knows whose a Stage is. */
  withoutOwners?: boolean;
}

/** What is to be told of some tasks. */
export interface Plan {
  /** One of each scope. */
  notices: AddressedNotice[];
  /** Of what is to be told later. */
  soaks: Soak[];
  /** Scopes of which nothing waits any more, told or not. */
  ended: string[];
}

/** A notice about a Stage, and who has to do with it. */
interface StageNotice {
  project: string;
  stage: string;
  notice: Notice;
  /** Told even if nothing there is theirs. */
  requester?: string | undefined;
  /** Who knows already. */
  except?: string | undefined;
}

/** What one task comes to. */
interface Outcome {
  notices: StageNotice[];
  soaks: Soak[];
}

const NOTHING: Outcome = { notices: [], soaks: [] };

/**
 * Finds out what people are to be told of Kargo's events, and who.
 *
 * @remarks
 * An event is a hint: what is told is read anew, once for all events that are looked at
 * together, with a few requests whatever their number and that of Stages. Of what they tell
 * about the same the last counts.
 */
export class KargoNotifier {
  readonly #limit = pLimit(MOST_AT_ONCE);
  private readonly notices: KargoNotices;

  static create(options: KargoNotifierOptions): KargoNotifier {
    return new KargoNotifier(options);
  }

  private constructor(private readonly options: KargoNotifierOptions) {
    this.notices = KargoNotices.create(options.config.pagePath);
  }

  /**
   * What is to be told of tasks, which are in their order.
   *
   * @throws whatever keeps Kargo from being read now, and UnknownOwnersError while the catalog
   * does not tell whose something is, unless that is not waited for
   */
  async plan(
    kargo: KargoApi,
    tasks: readonly Task[],
    { findWaiting, withoutOwners = false }: PlanOptions,
  ): Promise<Plan> {
    const asked = tasks.filter(({ event }) => this.isAsked(event));
    const waiting = await findWaiting([
      ...new Set(asked.flatMap(({ event }) => scopeOfEnd(event) ?? [])),
    ]);
    const concerned = asked.filter(
      ({ event }, index) =>
        !this.onlyEnds(event) ||
        waiting.has(scopeOfEnd(event)!) ||
        asked.slice(0, index).some(earlier => mayBegin(earlier.event, event)),
    );
    const reads = ProjectReads.create(
      kargo,
      concerned.map(({ event }) => event),
      this.#limit,
    );
    const outcomes = await Promise.all(
      concerned.map(task => this.outcomeOf(reads, task)),
    );
    const last = lastOfEach(outcomes.flatMap(({ notices }) => notices));
    const told = last.filter(
      ({ notice }) => notice.waiting !== 'ends' || waiting.has(notice.scope),
    );
    return {
      notices: (
        await Promise.all(
          told.map(each => this.address(reads, each, withoutOwners)),
        )
      ).flat(),
      soaks: outcomes.flatMap(({ soaks }) => soaks),
      ended: last
        .filter(({ notice }) => notice.waiting !== 'begins')
        .map(({ notice }) => notice.scope),
    };
  }

  /** Whether people may have to be told of an event, as far as it tells itself. */
  isAsked(event: ToldEvent): boolean {
    const { kinds } = this.options.config;
    const { type, freight, stage, promotion } = event;
    switch (type) {
      case 'FreightCreated':
      case 'FreightVerificationSucceeded':
        return kinds.freightWaiting.enabled && freight !== undefined;
      case 'FreightApproved':
        return (
          kinds.freightWaiting.enabled &&
          freight !== undefined &&
          stage !== undefined
        );
      case 'FreightVerificationFailed':
      case 'FreightVerificationErrored':
      case 'FreightVerificationInconclusive':
        return kinds.verificationFailed.enabled && stage !== undefined;
      case 'PromotionCreated':
        return (
          kinds.freightWaiting.enabled &&
          freight !== undefined &&
          isAboutPromotion(event) &&
          isByHand(event)
        );
      case 'PromotionWaiting':
        return (
          kinds.pullRequestWaiting.enabled &&
          isAboutPromotion(event) &&
          event.pullRequest !== undefined
        );
      case 'PromotionFailed':
      case 'PromotionErrored':
        return (
          isAboutPromotion(event) &&
          (kinds.promotionFailed.enabled || kinds.pullRequestWaiting.enabled)
        );
      case 'PromotionSucceeded':
      case 'PromotionAborted':
      case 'PromotionDeleted':
        return (
          kinds.pullRequestWaiting.enabled &&
          stage !== undefined &&
          promotion !== undefined
        );
      default:
        return false;
    }
  }

  /** Whether an event says no more than that something waits no longer. */
  private onlyEnds(event: ToldEvent): boolean {
    return (
      scopeOfEnd(event) !== undefined &&
      !(isFailure(event) && this.options.config.kinds.promotionFailed.enabled)
    );
  }

  private async outcomeOf(
    reads: ProjectReads,
    { event, only }: Task,
  ): Promise<Outcome> {
    try {
      return await this.look(reads, event, only);
    } catch (error) {
      if (isFinalAnswer(error)) {
        // What was deleted meanwhile waits for nobody.
        return NOTHING;
      }
      throw error;
    }
  }

  private async look(
    reads: ProjectReads,
    event: ToldEvent,
    only: readonly string[] | undefined,
  ): Promise<Outcome> {
    const { freight, stage } = event;
    switch (event.type) {
      case 'FreightCreated':
      case 'FreightVerificationSucceeded':
        return this.lookAtFreight(reads, event, freight!, only);
      case 'FreightApproved':
        return this.lookAtApproval(reads, event, freight!, stage!);
      case 'FreightVerificationFailed':
      case 'FreightVerificationErrored':
      case 'FreightVerificationInconclusive':
        return inStage(
          event,
          this.notices.verificationFailed({ ...event, stage: stage! }),
        );
      default:
        return this.lookAtPromotion(reads, event as PromotionEvent);
    }
  }

  private async lookAtPromotion(
    reads: ProjectReads,
    event: PromotionEvent,
  ): Promise<Outcome> {
    const { freight, project, pullRequest, stage } = event;
    switch (event.type) {
      case 'PromotionCreated': {
        const [target, known] = await Promise.all([
          reads.stage(project, stage),
          reads.freight(project, freight!.warehouse),
        ]);
        return isTakenUp(freight!.name, target, known)
          ? {
              ...NOTHING,
              notices: [
                {
                  ...aboutStage(event),
                  notice: this.notices.freightTakenUp(event, freight!),
                  except: personOf(event.actor),
                },
              ],
            }
          : NOTHING;
      }
      case 'PromotionWaiting':
        return inStage(
          event,
          this.notices.pullRequestWaits(event, pullRequest!),
        );
      default:
        return inStage(
          event,
          isFailure(event) && this.options.config.kinds.promotionFailed.enabled
            ? this.notices.promotionFailed(event)
            : this.notices.pullRequestDone(event),
        );
    }
  }

  private async lookAtFreight(
    reads: ProjectReads,
    event: ToldEvent,
    freight: ToldFreight,
    only: readonly string[] | undefined,
  ): Promise<Outcome> {
    const { project } = event;
    const concerned = concernedStages(await reads.stages(project), event, only);
    if (concerned.length === 0) {
      return NOTHING;
    }
    const known = await reads.freight(project, freight.warehouse);
    const about = known.find(({ metadata }) => metadata.name === freight.name);
    if (!about) {
      return NOTHING;
    }
    const { waiting, soaking } = standingOf(
      about,
      concerned,
      known,
      this.options.now(),
    );
    return {
      notices: waiting.map(({ stage: { metadata }, availability }) => ({
        ...aboutStage({ ...event, stage: metadata.name }),
        notice: this.notices.freightWaits(metadata.name, about, availability),
        except: personOf(event.actor),
      })),
      soaks: [...soaking].map(([dueAtMs, stages]) => ({
        id: idOf(project, freight.name, String(dueAtMs)),
        dueAtMs,
        event,
        stages: stages.map(({ metadata }) => metadata.name),
      })),
    };
  }

  private async lookAtApproval(
    reads: ProjectReads,
    event: ToldEvent,
    freight: ToldFreight,
    name: string,
  ): Promise<Outcome> {
    const { project } = event;
    const [stage, about] = await Promise.all([
      reads.stage(project, name),
      reads.oneFreight(project, freight.name),
    ]);
    return {
      ...NOTHING,
      notices: approvedStanding(about, stage, this.options.now()).map(
        ({ availability }) => ({
          ...aboutStage({ ...event, stage: name }),
          notice: this.notices.freightWaits(name, about, availability),
          except: personOf(event.actor),
        }),
      ),
    };
  }

  /** Nothing where nobody is to be told. */
  private async address(
    reads: ProjectReads,
    { project, stage, notice, requester, except }: StageNotice,
    withoutOwners: boolean,
  ): Promise<AddressedNotice[]> {
    const kind = this.options.config.kinds[notice.kind];
    try {
      const [ofProject, ofStage, owners] = await Promise.all([
        reads.project(project),
        reads.stage(project, stage),
        kind.owners
          ? reads.ownersOf(project, stage).catch(error => {
              if (withoutOwners && error instanceof UnknownOwnersError) {
                return [];
              }
              throw error;
            })
          : [],
      ]);
      const refs = recipientsOf(kind, {
        ...{ owners, project: ofProject, stage: ofStage },
        ...(requester && { requester }),
      });
      return refs.length > 0 ? [{ notice, refs, except }] : [];
    } catch (error) {
      if (isFinalAnswer(error)) {
        return [];
      }
      throw error;
    }
  }
}

/** Of something that happened in a Stage; whoever asked for it is told, too. */
function inStage(event: ToldEvent, notice: Notice): Outcome {
  return {
    ...NOTHING,
    notices: [
      { ...aboutStage(event), notice, requester: personOf(event.actor) },
    ],
  };
}

function aboutStage({ project, stage = '' }: ToldEvent) {
  return { project, stage };
}

function isAboutPromotion({ stage, promotion }: ToldEvent): boolean {
  return stage !== undefined && promotion !== undefined;
}

/** Not by the engine. */
function isByHand({ actor = '' }: ToldEvent): boolean {
  return !actor.startsWith('controller:');
}

function isFailure({ type }: ToldEvent): boolean {
  return type === 'PromotionFailed' || type === 'PromotionErrored';
}

/** The scope of which an event of a Promotion says that nothing waits any more. */
function scopeOfEnd(event: ToldEvent): string | undefined {
  const { type, project, stage, promotion, freight } = event;
  if (type === 'PromotionCreated') {
    return freight && stage
      ? freightScope(project, stage, freight.warehouse)
      : undefined;
  }
  return type.startsWith('Promotion') &&
    type !== 'PromotionWaiting' &&
    promotion !== undefined
    ? promotionScope(project, promotion)
    : undefined;
}

/** Whether an earlier event may make wait what another one takes up. */
function mayBegin(earlier: ToldEvent, event: ToldEvent): boolean {
  if (earlier.project !== event.project) {
    return false;
  }
  return event.type === 'PromotionCreated'
    ? earlier.type.startsWith('Freight') &&
        earlier.freight?.warehouse === event.freight?.warehouse
    : earlier.type === 'PromotionWaiting' &&
        earlier.promotion === event.promotion;
}

/** Of each scope the last, in their order. */
function lastOfEach(notices: readonly StageNotice[]): StageNotice[] {
  const last = new Map<string, StageNotice>();
  for (const each of notices) {
    last.delete(each.notice.scope);
    last.set(each.notice.scope, each);
  }
  return [...last.values()];
}

function idOf(...names: string[]): string {
  return createHash('sha256').update(JSON.stringify(names)).digest('hex');
}
