import {
  currentFreight,
  Freight,
  Stage,
  StageStatus,
  VerificationInfo,
} from 'backstage-plugin-kargo-common';
import {
  freightEvent,
  freightNames,
  verificationReason,
} from '../../../logic/events';
import { findVerdict } from '../../../logic/stage/decideVerification';
import {
  decideOccupancy,
  decideVerifiedFreight,
  FreightStatusChange,
} from '../../../logic/stage/occupancy';
import { EventSink } from '../../../ports/EventSink';
import { Ids } from '../../../ports/Ids';
import { IndexedStore } from '../../../ports/ResourceIndex';
import { ReconcileContext } from '../../runtime/Controller';
import { writeStatus } from '../../writeStatus';

/** Who acts where nobody asked. */
export const STAGE_ACTOR = 'controller:stage-controller';

/** What updating the Freight of a Stage needs. */
export interface StageFreightOptions {
  store: IndexedStore;
  events: EventSink;
  ids: Ids;
}

/** A Stage with the status that a pass has come to. */
export interface StageFreightPass {
  stage: Stage;
  status: StageStatus;
  /** Verifications that ended in this pass. */
  ended: VerificationInfo[];
}

/** Phases 2 and 5: what enters, leaves and becomes verified. */
export async function updateFreight(
  options: StageFreightOptions,
  pass: StageFreightPass,
  context: ReconcileContext,
): Promise<void> {
  const { stage, status } = pass;
  const current = currentFreight({ ...stage, status });
  const present = await listPresentFreight(options.store, stage, status);
  const moved = decideOccupancy(
    stage.metadata.name,
    current,
    present,
    context.nowMs,
  );
  const verdict = findVerdict(status);
  const verified =
    current && verdict
      ? decideVerifiedFreight(
          stage.metadata.name,
          current,
          present.map(freight => withChange(freight, moved)),
          verdict.finishTime ?? context.now,
        )
      : [];
  // What became verified contains what entered, so each is written once.
  await writeFreight(options.store, present, [...verified, ...moved]);
  await announce(options, pass, present, context);
}

/** Freight that says it is in the Stage, and Freight that the Stage says it holds. */
async function listPresentFreight(
  store: IndexedStore,
  stage: Stage,
  status: StageStatus,
): Promise<Freight[]> {
  const namespace = stage.metadata.namespace;
  const names = freightNames(currentFreight({ ...stage, status })?.items);
  const [listed, held] = await Promise.all([
    store.list('Freight', {
      namespace,
      index: { name: 'currentlyIn', value: stage.metadata.name },
    }),
    names.length > 0
      ? store.list('Freight', { namespace, names })
      : { items: [] },
  ]);
  const missing = names.find(
    name => !held.items.some(freight => freight.metadata.name === name),
  );
  if (missing) {
    throw new Error(
      `Freight '${missing}', which the Stage holds, does not exist any more`,
    );
  }
  return [
    ...new Map(
      [...listed.items, ...held.items].map(freight => [
        freight.metadata.name,
        freight,
      ]),
    ).values(),
  ];
}

async function writeFreight(
  store: IndexedStore,
  present: Freight[],
  changes: FreightStatusChange[],
): Promise<void> {
  for (const freight of present) {
    const { status } = withChange(freight, changes);
    await writeStatus(store, freight, status ?? {}, {
      guarded: false,
    });
  }
}

async function announce(
  options: StageFreightOptions,
  pass: StageFreightPass,
  present: Freight[],
  context: ReconcileContext,
): Promise<void> {
  const { events, ids } = options;
  const held = freightNames(
    currentFreight({ ...pass.stage, status: pass.status })?.items,
  );
  for (const verification of pass.ended) {
    for (const freight of present) {
      if (held.includes(freight.metadata.name)) {
        await events.publish(
          freightEvent(
            verificationReason(verification.phase),
            freight,
            pass.stage.metadata.name,
            {
              now: context.now,
              id: ids.ulid(),
              component: 'stage-controller',
              actor: STAGE_ACTOR,
            },
            { verification, message: verification.message },
          ),
        );
      }
    }
  }
}

/** Freight with the first of the changes that is meant for it. */
function withChange(freight: Freight, changes: FreightStatusChange[]): Freight {
  const change = changes.find(({ name }) => name === freight.metadata.name);
  return change ? { ...freight, status: change.status } : freight;
}
