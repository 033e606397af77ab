import {
  Draft,
  Freight,
  LABELS,
  problemAt,
} from 'backstage-plugin-kargo-common';
import { findArtifactMismatch } from '../../../logic/admission/freightArtifacts';
import { InvalidResourceError } from '../../../logic/admission/InvalidResourceError';
import { freightEvent } from '../../../logic/events';
import { isEqualJson } from '../../../logic/mergePatch';
import { toTimestamp } from '../../../logic/timestamps';
import { freightName } from '../../../logic/warehouse/freightName';
import { Requester } from '../../../ports/ResourceAdmission';
import { arrivalTime } from '../../admission/arrivalTime';
import { AdmissionServices, KindAdmission } from '../KindModule';

/** Fields of Freight that never change. */
const FREIGHT_CONTENT = [
  'origin',
  'commits',
  'images',
  'charts',
  'artifacts',
] as const;

/** Freight is named by its content, which never changes, and has an alias of its own. */
export const freightAdmission: KindAdmission<Freight> = {
  nameByContent: draft => freightName(draft),
  keep: keepDiscovery,
  checkUpdate,
  create,
};

/**
 * The time of its discovery stays, and its alias where a manifest has none, as it was drawn
 * for one without; the label follows the alias.
 */
function keepDiscovery(draft: Draft<Freight>, stored: Freight): Draft<Freight> {
  const { [LABELS.alias]: _, ...labels } = draft.metadata.labels ?? {};
  const alias = draft.alias ?? stored.alias;
  return {
    ...draft,
    ...(alias && { alias }),
    discoveredAt: stored.discoveredAt,
    metadata: {
      ...draft.metadata,
      labels: {
        ...labels,
        ...(alias && { [LABELS.alias]: alias }),
      },
    },
  };
}

async function checkUpdate(
  draft: Draft<Freight>,
  stored: Freight,
  { aliases }: AdmissionServices,
): Promise<void> {
  const changed = FREIGHT_CONTENT.find(
    field => !isEqualJson(draft[field], stored[field]),
  );
  if (changed) {
    throw new InvalidResourceError(`Freight '${stored.metadata.name}'`, [
      problemAt(
        draft,
        [changed],
        'what it was created with: Freight is immutable',
      ),
    ]);
  }
  const { name, namespace = '' } = stored.metadata;
  if (draft.alias && draft.alias !== stored.alias) {
    await aliases.assertFree(namespace, draft.alias, name);
  }
}

async function create(
  draft: Draft<Freight>,
  requester: Requester,
  services: AdmissionServices,
): Promise<Freight> {
  const { store, aliases, events, ids, clock } = services;
  const { namespace = '' } = draft.metadata;
  await checkArtifacts(draft, services);
  if (draft.alias) {
    await aliases.assertFree(namespace, draft.alias);
  }
  const alias = draft.alias || (await aliases.draw(namespace));
  const completed: Draft<Freight> = {
    ...draft,
    alias,
    discoveredAt:
      draft.discoveredAt ??
      (await arrivalTime(store, namespace, draft.origin, clock.now())),
    metadata: {
      ...draft.metadata,
      name: freightName(draft),
      labels: { ...draft.metadata.labels, [LABELS.alias]: alias },
    },
  };
  const [freight] = await events.publishWith(
    [{ create: completed }],
    [
      ([created]) =>
        freightEvent('FreightCreated', created as Freight, '', {
          now: toTimestamp(clock.now()),
          id: ids.ulid(),
          component: 'api-server',
          actor: requester.actor,
        }),
    ],
  );
  return freight as Freight;
}

/** @throws InvalidResourceError when its Warehouse could not have found it. */
async function checkArtifacts(
  draft: Draft<Freight>,
  { store }: AdmissionServices,
): Promise<void> {
  const { namespace = '' } = draft.metadata;
  const warehouse = await store.find({
    kind: 'Warehouse',
    namespace,
    name: draft.origin.name,
  });
  const mismatch = warehouse
    ? findArtifactMismatch(draft, warehouse.spec.subscriptions)
    : problemAt(
        draft,
        ['origin', 'name'],
        `a Warehouse of project '${namespace}'`,
      );
  if (mismatch) {
    throw new InvalidResourceError('Freight', [mismatch]);
  }
}
