import {
  Freight,
  isFreightAvailable,
  keyOf,
  Stage,
  StageStatus,
} from 'backstage-plugin-kargo-common';
import { setCondition } from '../../../logic/conditions';
import { freightEvent } from '../../../logic/events';
import { EventSink } from '../../../ports/EventSink';
import { Ids } from '../../../ports/Ids';
import { IndexedStore } from '../../../ports/ResourceIndex';
import { sourceIndexes } from '../../../logic/stage/sourceIndexes';
import { ReconcileContext, Requeue, requeue } from '../../runtime/Controller';
import { listAll } from '../../listAll';
import { writeStatus } from '../../writeStatus';

/**
 * Lets Freight through a Stage without steps: what is available to it counts as verified
 * in it. Nothing ever stays in such a Stage, so nothing soaks there.
 */
export async function passThrough(
  options: { store: IndexedStore; events: EventSink; ids: Ids },
  stage: Stage,
  context: ReconcileContext,
): Promise<Requeue> {
  const { store, events, ids } = options;
  let soakEndMs = Infinity;
  for await (const freight of listOffered(store, stage)) {
    const availability = isFreightAvailable(stage, freight, context.nowMs);
    soakEndMs = Math.min(soakEndMs, availability.availableAtMs ?? Infinity);
    if (availability.available) {
      const verified = await writeStatus(
        store,
        freight,
        verifiedIn(freight, stage, context.now),
        { guarded: false },
      );
      await events.publish(
        freightEvent(
          'FreightVerificationSucceeded',
          verified,
          stage.metadata.name,
          {
            now: context.now,
            id: ids.ulid(),
            component: 'stage-controller',
            actor: 'controller:stage-controller',
          },
        ),
      );
    }
  }
  await writeStatus(store, stage, controlFlowStatus(stage, context.now), {
    guarded: true,
  });
  return soakEndMs === Infinity
    ? requeue.never
    : requeue.after(Math.max(soakEndMs - context.nowMs, 0) + 1);
}

/** Freight of the Stage's sources that is not verified in it yet. */
async function* listOffered(
  store: IndexedStore,
  stage: Stage,
): AsyncIterable<Freight> {
  const seen = new Set<string>();
  const indexes = stage.spec.requestedFreight.flatMap(request =>
    sourceIndexes(stage, request),
  );
  for (const index of indexes) {
    const found = listAll(store, 'Freight', {
      namespace: stage.metadata.namespace,
      index,
    });
    for await (const freight of found) {
      const { name } = freight.metadata;
      if (
        !freight.status?.verifiedIn?.[stage.metadata.name] &&
        !seen.has(name)
      ) {
        seen.add(name);
        yield freight;
      }
    }
  }
}

function verifiedIn(freight: Freight, stage: Stage, now: string) {
  return {
    ...freight.status,
    verifiedIn: {
      ...freight.status?.verifiedIn,
      [stage.metadata.name]: { verifiedAt: now },
    },
  };
}

/** The whole status of a control-flow Stage; what it had as a regular one is gone. */
function controlFlowStatus(stage: Stage, now: string): StageStatus {
  const token = stage.metadata.annotations?.['kargo.akuity.io/refresh'];
  return {
    ...(stage.status?.metadata && { metadata: stage.status.metadata }),
    ...(token && { lastHandledRefresh: token }),
    observedGeneration: stage.metadata.generation,
    freightSummary: 'N/A',
    conditions: setCondition(
      stage.status?.conditions?.filter(({ type }) => type === 'Ready'),
      {
        type: 'Ready',
        status: 'True',
        reason: 'Ready',
        message: 'Lets Freight through without promoting it',
        observedGeneration: stage.metadata.generation,
      },
      now,
    ),
  };
}

/** Removes what Freight says about a Stage that is being deleted. */
export async function cleanUpStage(
  store: IndexedStore,
  stage: Stage,
): Promise<undefined> {
  const name = stage.metadata.name;
  const namespace = stage.metadata.namespace;
  const [related, present] = await Promise.all([
    store.list('Freight', {
      namespace,
      index: { name: 'relatedTo', value: name },
    }),
    store.list('Freight', {
      namespace,
      index: { name: 'currentlyIn', value: name },
    }),
  ]);
  const names = new Set<string>();
  for (const freight of [...related.items, ...present.items]) {
    if (!names.has(freight.metadata.name)) {
      names.add(freight.metadata.name);
      await store.patchStatus(keyOf(freight), {
        verifiedIn: { [name]: null },
        approvedFor: { [name]: null },
        currentlyIn: { [name]: null },
      });
    }
  }
  return undefined;
}
