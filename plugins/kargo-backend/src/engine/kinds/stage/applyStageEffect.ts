import { keyOf, Stage } from 'backstage-plugin-kargo-common';
import { freightEvent, verificationReason } from '../../../logic/events';
import { StageEffect } from '../../../logic/stage/StageSnapshot';
import { EventSink } from '../../../ports/EventSink';
import { Ids } from '../../../ports/Ids';
import { PromotionCreator } from '../../../ports/PromotionCreator';
import { IndexedStore } from '../../../ports/ResourceIndex';
import { writeStatus } from '../../writeStatus';

/** Who acts where nobody asked. */
const STAGE_ACTOR = 'controller:stage-controller';

/** What carrying out the effects of a decision needs. */
export interface StageEffectOptions {
  store: IndexedStore;
  promotions: PromotionCreator;
  events: EventSink;
  ids: Ids;
}

/** Carries out one effect of a decision about a Stage whose status is written. */
export async function applyStageEffect(
  { store, promotions, events, ids }: StageEffectOptions,
  stage: Stage,
  effect: StageEffect,
  { now }: { now: string },
): Promise<void> {
  switch (effect.kind) {
    case 'write-freight':
      await writeStatus(store, effect.freight, effect.status ?? {}, {
        guarded: false,
      });
      return;
    case 'create-promotion':
      await promotions.createForAutomation(stage, effect.freight, STAGE_ACTOR);
      return;
    case 'annotate-stage': {
      const annotations = { [effect.annotation]: effect.value ?? null };
      await store.patch(keyOf(stage), { metadata: { annotations } });
      return;
    }
    case 'announce-verification': {
      const { freight, verification } = effect;
      await events.publish(
        freightEvent(
          verificationReason(verification?.phase ?? 'Successful'),
          freight,
          stage.metadata.name,
          {
            now,
            id: ids.ulid(),
            component: 'stage-controller',
            actor: STAGE_ACTOR,
          },
          verification && { verification, message: verification.message },
        ),
      );
      return;
    }
    default:
    // What was asked of the verifier is in the status already.
  }
}
