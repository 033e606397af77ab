import { ConflictError } from '@backstage/errors';
import { keyOf, Promotion, Stage } from 'backstage-plugin-kargo-common';
import { isNotFoundError } from 'backstage-plugin-kargo-node';
import { freightEvent, verificationReason } from '../../../logic/events';
import { StageDecision, StageEffect } from '../../../logic/stage/StageSnapshot';
import { EventOfWrites, EventSink } from '../../../ports/EventSink';
import { Ids } from '../../../ports/Ids';
import { PromotionCreator } from '../../../ports/PromotionCreator';
import { ResourceStore } from '../../../ports/ResourceStore';
import { ifUnchanged, statusWrite } from '../../writeStatus';

/** Who acts where nobody asked. */
export const STAGE_ACTOR = 'controller:stage-controller';

/** What carrying out a decision needs. */
export interface StageDecisionOptions {
  store: ResourceStore;
  promotions: PromotionCreator;
  events: EventSink;
  ids: Ids;
}

/**
 * Writes what a decision says of the Stage and of Freight, with the events, together. Where
 * the store cannot, the status of the Stage comes first: the rest is decided again by the
 * next look.
 *
 * @throws ConflictError when anybody wrote the Stage, or deleted it or the Freight, since it
 * was read
 */
export async function writeStageDecision(
  { events, ids }: StageDecisionOptions,
  stage: Stage,
  { status, effects }: StageDecision,
  { now }: { now: string },
): Promise<Stage> {
  const own = statusWrite(stage, status, { guarded: true });
  const freight = effects.flatMap(
    effect =>
      (effect.kind === 'write-freight' &&
        statusWrite(effect.freight, effect.status ?? {}, { guarded: false })) ||
      [],
  );
  const reports = effects.flatMap(effect =>
    effect.kind === 'announce-verification'
      ? [announcement(stage, effect, { now, id: ids.ulid() })]
      : [],
  );
  const isOnlyOthers = !own && freight.length + reports.length > 0;
  const written = await events
    .publishWith(
      [
        ...(own ? [own] : []),
        ...(isOnlyOthers ? [ifUnchanged(stage)] : []),
        ...freight,
      ],
      reports,
    )
    .catch(throwGoneAsConflict);
  return own ? (written[0] as Stage) : stage;
}

/** What was made because of a decision, and the Stage as it is then. */
export interface StageEffects {
  stage: Stage;
  created: Promotion[];
}

/**
 * Carries out what follows when the status of the Stage is written.
 *
 * @throws ConflictError when anybody wrote the Stage since
 */
export async function applyStageEffects(
  { store, promotions }: StageDecisionOptions,
  stage: Stage,
  { effects }: StageDecision,
): Promise<StageEffects> {
  const created: Promotion[] = [];
  let current = stage;
  for (const effect of effects) {
    if (effect.kind === 'create-promotion') {
      const made = await promotions.createForAutomation(
        current,
        effect.freight,
        STAGE_ACTOR,
      );
      created.push(made.promotion);
      current = made.stage;
    } else if (effect.kind === 'annotate-stage') {
      const annotations = { [effect.annotation]: effect.value ?? null };
      const { resourceVersion } = current.metadata;
      current = await store.patch(
        keyOf(current),
        { metadata: { annotations } },
        { resourceVersion },
      );
    }
  }
  return { stage: current, created };
}

/** What was there when it was read and is gone now makes the decision a stale one. */
function throwGoneAsConflict(error: unknown): never {
  throw isNotFoundError(error)
    ? new ConflictError(`It was deleted meanwhile: ${error.message}`, error)
    : error;
}

function announcement(
  stage: Stage,
  {
    freight,
    verification,
  }: Extract<StageEffect, { kind: 'announce-verification' }>,
  occasion: { now: string; id: string },
): EventOfWrites {
  return () =>
    freightEvent(
      verificationReason(verification?.phase ?? 'Successful'),
      freight,
      stage.metadata.name,
      { ...occasion, component: 'stage-controller', actor: STAGE_ACTOR },
      verification && {
        verification,
        message: verification.message,
        ...(verification.analysisRun && {
          promotion: stage.status?.lastPromotion?.name,
        }),
      },
    );
}
