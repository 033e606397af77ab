import { LoggerService } from '@backstage/backend-plugin-api';
import {
  ANNOTATIONS,
  awaitedPullRequest,
  currentFreight,
  Draft,
  formatKey,
  Freight,
  isPromotionTerminal,
  KargoEvent,
  keyOf,
  Promotion,
  PromotionStatus,
  promotionWait,
  ResourceKey,
  Stage,
} from 'backstage-plugin-kargo-common';
import { AnyStep } from 'backstage-plugin-kargo-node';
import {
  EventContext,
  EventReason,
  promotionEvent,
} from '../../../logic/events';
import { abortRequest } from '../../../logic/promotion/abortRequest';
import {
  decidePromotion,
  targetCollection,
} from '../../../logic/promotion/decidePromotion';
import {
  abortedStatus,
  overfullStatus,
  runningStatus,
} from '../../../logic/promotion/passStatus';
import { mayRunAhead } from '../../../logic/promotion/planReplay';
import { PromotionSnapshot } from '../../../logic/promotion/PromotionSnapshot';
import { ResourceTooLargeError } from '../../../logic/resourceSize';
import { toTimestamp } from '../../../logic/timestamps';
import { CapabilityFactories } from '../../../ports/CapabilityFactories';
import { Clock } from '../../../ports/Clock';
import { EventSink } from '../../../ports/EventSink';
import { Ids } from '../../../ports/Ids';
import { ResourceStore } from '../../../ports/ResourceStore';
import { SecretSealer } from '../../../ports/SecretSealer';
import { Workspace, Workspaces } from '../../../ports/Workspaces';
import {
  Controller,
  ReconcileContext,
  Requeue,
  requeue,
} from '../../runtime/Controller';
import { untilAnswered } from '../../runtime/untilAnswered';
import { EngineProgress } from '../../runtime/progress';
import { PromotionRunResult, runPromotion } from '../../promotion/PromotionRun';
import { StatusWriter } from '../../promotion/StatusWriter';
import { StepExpressions } from '../../promotion/StepExpressions';
import { writeStatus } from '../../writeStatus';
import { loadTarget } from './loadTarget';

const ACTOR = 'controller:promotion-controller';

/** What a Promotion controller needs. */
export interface PromotionControllerOptions {
  store: ResourceStore;
  workspaces: Workspaces;
  steps: ReadonlyMap<string, AnyStep>;
  expressions: StepExpressions;
  capabilities: CapabilityFactories;
  sealer: SecretSealer;
  events: EventSink;
  ids: Ids;
  clock: Clock;
  random: () => number;
  logger: LoggerService;
  progress: EngineProgress;
  uiBaseURL?: string;
}

/** With what a Promotion ends; `signal` fires when that is none of this replica's business any more. */
interface Ending {
  freight?: Freight | undefined;
  stage?: Stage | undefined;
  signal: AbortSignal;
}

/**
 * Runs Promotions that their Stage has acknowledged, and ends those that were aborted or
 * may not run any more.
 */
export class PromotionController implements Controller {
  readonly kind = 'Promotion';
  /** The uids of Promotions by key that have folders here: of what is deleted only the key is known. */
  private readonly opened = new Map<string, string>();

  static create(options: PromotionControllerOptions): PromotionController {
    return new PromotionController(options);
  }

  private constructor(private readonly options: PromotionControllerOptions) {}

  async reconcile(
    key: ResourceKey,
    context: ReconcileContext,
  ): Promise<Requeue> {
    const { store } = this.options;
    const promotion = await store.find({ ...key, kind: 'Promotion' });
    if (!promotion || promotion.metadata.deletionTimestamp) {
      return this.removeFolders(key, promotion?.metadata.uid);
    }
    const snapshot = await this.load(promotion);
    const { stage, freight } = snapshot;
    const decision = decidePromotion(snapshot, context.nowMs);
    switch (decision.kind) {
      case 'ended':
        return requeue.never;
      case 'abort':
        return this.abort(promotion, promotion.status ?? {}, {
          freight,
          actor: decision.actor,
          signal: context.signal,
        });
      case 'refuse':
        return this.end(
          promotion,
          {
            ...promotion.status,
            phase: 'Errored',
            message: decision.message,
            finishedAt: context.now,
          },
          { freight, stage, signal: context.signal },
        );
      case 'wait':
        await this.markPending(promotion);
        return requeue.never;
      default:
        return this.run(promotion, decision.stage, decision.freight, context);
    }
  }

  /** Of what has ended nothing more is read. */
  private async load(promotion: Promotion): Promise<PromotionSnapshot> {
    const [stage, freight] = isPromotionTerminal(promotion.status?.phase)
      ? []
      : await loadTarget(this.options.store, promotion);
    return { promotion, stage, freight, queue: [] };
  }

  /** Why a Promotion that runs shall stop now: it was deleted, or somebody asks to abort it. */
  async stopReason(key: ResourceKey): Promise<string | undefined> {
    const promotion = await this.options.store.find({
      ...key,
      kind: 'Promotion',
    });
    if (!promotion || promotion.metadata.deletionTimestamp) {
      return 'The Promotion has been deleted';
    }
    return abortRequest(promotion)
      ? 'The Promotion is to be aborted'
      : undefined;
  }

  /** What it left on the disk of this replica. What a crash leaves here, and what other replicas have, they clear away now and then. */
  private async removeFolders(
    key: ResourceKey,
    uid = this.opened.get(formatKey(key)),
  ): Promise<Requeue> {
    if (uid) {
      await this.options.workspaces.remove(uid);
      this.opened.delete(formatKey(key));
    }
    return requeue.never;
  }

  /** Ends a Promotion whose run was stopped because somebody wants it to end. */
  private async endStopped(
    promotion: Promotion,
    status: PromotionStatus,
    { freight, signal }: Ending,
  ): Promise<Requeue> {
    const key = keyOf(promotion);
    const latest = await this.options.store.find({ ...key, kind: 'Promotion' });
    if (!latest || latest.metadata.deletionTimestamp) {
      return this.removeFolders(key, promotion.metadata.uid);
    }
    const request = abortRequest(latest);
    return request && !isPromotionTerminal(latest.status?.phase)
      ? this.abort(latest, status, { freight, signal, actor: request.actor })
      : requeue.now;
  }

  /** The change of phase wakes the Stage, which then acknowledges the Promotion. */
  private async markPending(promotion: Promotion): Promise<void> {
    if (!promotion.status?.phase) {
      await writeStatus(
        this.options.store,
        promotion,
        { ...promotion.status, phase: 'Pending' },
        { guarded: true },
      );
    }
  }

  private async run(
    promotion: Promotion,
    stage: Stage,
    freight: Freight,
    context: ReconcileContext,
  ): Promise<Requeue> {
    const { workspaces } = this.options;
    const { uid } = promotion.metadata;
    this.opened.set(formatKey(keyOf(promotion)), uid);
    const workspace = await workspaces.open(uid, promotion.status?.workspace);
    const { signal } = context;
    const writer = new StatusWriter({ ...this.options, signal }, promotion);
    const status = runningStatus(promotion.status ?? {}, {
      freight,
      collection: targetCollection(stage, freight),
      workspace: this.isLeftAlone(promotion, workspace)
        ? workspace.id
        : undefined,
      now: context.now,
      refresh: promotion.metadata.annotations?.[ANNOTATIONS.refresh],
    });
    let latest = status;
    const persist = (next: PromotionStatus) => {
      latest = next;
      return writer.writeLast(
        () => next,
        this.reportWait(writer.current.status, next, freight),
      );
    };
    const run = async () => {
      await persist(status);
      return runPromotion({
        ...this.options,
        promotion,
        stage,
        freight,
        status,
        workspace,
        persist,
        latest: () => writer.current,
        renewWorkspace: () => workspaces.open(uid, undefined),
        signal,
      });
    };
    const result = await run().catch((error): PromotionRunResult => {
      // Trying again would come to the same.
      const ended = this.asTooLarge(error, writer, latest);
      return { kind: 'ended', status: ended };
    });
    switch (result.kind) {
      case 'waiting':
        return requeue.after(result.afterMs);
      case 'stopped':
        return this.endStopped(promotion, result.status, { freight, signal });
      default:
        return this.end(writer.current, result.status, {
          freight,
          stage,
          signal,
        });
    }
  }

  /** Whether folders are there as the status tells of them, and are not written to before the next one is. */
  private isLeftAlone(
    { spec, status }: Promotion,
    { isMade }: Workspace,
  ): boolean {
    const { currentStep = 0, stepExecutionMetadata = [] } = status ?? {};
    const { steps = [] } = spec;
    return (
      isMade &&
      !mayRunAhead(
        steps,
        stepExecutionMetadata,
        currentStep,
        this.options.steps,
      )
    );
  }

  private async abort(
    promotion: Promotion,
    status: PromotionStatus,
    { freight, signal, actor = ACTOR }: Ending & { actor?: string | undefined },
  ): Promise<Requeue> {
    const finishedAt = toTimestamp(this.options.clock.now());
    return this.end(promotion, abortedStatus(status, actor, finishedAt), {
      freight,
      signal,
    });
  }

  /** Writes a terminal status, cleans up, and tells everybody. */
  private async end(
    promotion: Promotion,
    status: PromotionStatus,
    { freight, stage, signal }: Ending,
  ): Promise<Requeue> {
    const { workspaces, progress, clock } = this.options;
    if (status.phase === 'Succeeded' && stage && freight) {
      // Before the Promotion ends, so that a crash in between repeats it.
      await untilAnswered(() => this.askForVerification(stage, freight), {
        clock,
        signal,
      });
    }
    const writer = new StatusWriter({ ...this.options, signal }, promotion);
    const report = (ended: Promotion) => this.reportEnd(ended, freight, stage);
    const decide = (current: Promotion) => {
      const request = abortRequest(current);
      const ended =
        request && status.phase !== 'Aborted'
          ? abortedStatus(
              status,
              request.actor ?? ACTOR,
              toTimestamp(clock.now()),
            )
          : status;
      // No step will read them any more.
      return { ...ended, sealedOutputs: undefined };
    };
    const decideTooLarge = (error: unknown, refused?: PromotionStatus) => {
      const ended = this.asTooLarge(error, writer, refused);
      return () => ({ ...ended, sealedOutputs: undefined });
    };
    await writer
      .writeLast(decide, report)
      // What the last steps said may be what there is no room for.
      .catch(error => writer.writeLast(decideTooLarge(error, status), report))
      // Their record may be, too.
      .catch(error => writer.writeLast(decideTooLarge(error), report));
    await workspaces.remove(promotion.metadata.uid);
    this.opened.delete(formatKey(keyOf(promotion)));
    const {
      phase = '',
      startedAt,
      finishedAt = '',
    } = writer.current.status ?? {};
    progress.promotionEnded({
      project: promotion.metadata.namespace ?? '',
      phase,
      ...(startedAt && {
        durationMs: Date.parse(finishedAt) - Date.parse(startedAt),
      }),
    });
    return requeue.never;
  }

  /**
   * The end of a Promotion whose status the store refused for its size.
   *
   * @throws the error when it says anything else
   */
  private asTooLarge(
    error: unknown,
    writer: StatusWriter,
    refused?: PromotionStatus,
  ): PromotionStatus {
    if (!(error instanceof ResourceTooLargeError)) {
      throw error;
    }
    return overfullStatus(
      writer.current.status ?? {},
      error.message,
      toTimestamp(this.options.clock.now()),
      refused,
    );
  }

  /** Told once of each pull request: while it is open, only the reasons change. */
  private reportWait(
    before: PromotionStatus | undefined,
    next: PromotionStatus,
    freight: Freight,
  ): ((written: Promotion) => Draft<KargoEvent>) | undefined {
    const wait = promotionWait(next);
    return wait?.pullRequest?.isOpen &&
      awaitedPullRequest(before)?.url !== wait.pullRequest.url
      ? written =>
          promotionEvent(
            'PromotionWaiting',
            written,
            freight,
            this.eventContext(),
            { message: `Promotion waits: ${wait.note}` },
          )
      : undefined;
  }

  private eventContext(): EventContext {
    const { ids, clock } = this.options;
    return {
      now: toTimestamp(clock.now()),
      id: ids.ulid(),
      component: 'promotion-controller',
      actor: ACTOR,
    };
  }

  private reportEnd(
    promotion: Promotion,
    freight: Freight | undefined,
    stage: Stage | undefined,
  ): Draft<KargoEvent> {
    const { phase = '', message } = promotion.status ?? {};
    return promotionEvent(
      `Promotion${phase}` as EventReason,
      promotion,
      freight,
      this.eventContext(),
      {
        message: `Promotion ${phase}${message ? `: ${message}` : ''}`,
        ...(phase === 'Succeeded' && {
          verificationPending: stage?.spec.verification !== undefined,
        }),
      },
    );
  }

  /** Freight that was promoted onto itself is verified again. */
  private async askForVerification(
    stage: Stage,
    freight: Freight,
  ): Promise<void> {
    const current = currentFreight(stage);
    const newest = current?.verificationHistory?.[0];
    const isThere = Object.values(current?.items ?? {}).some(
      item => item.name === freight.metadata.name,
    );
    if (isThere && newest) {
      await this.options.store.patch(keyOf(stage), {
        metadata: {
          annotations: {
            [ANNOTATIONS.reverify]: JSON.stringify({
              id: newest.id,
              actor: ACTOR,
              controlPlane: true,
            }),
          },
        },
      });
    }
  }
}
