import { Freight, originKey } from 'backstage-plugin-kargo-common';
import { Wakeup } from '../../../ports/Changes';
import { KindChange } from '../KindModule';

/**
 * New Freight wakes the Stages that take it from its Warehouse; approved Freight the Stage
 * it was approved for; verified Freight the Stages behind the one it was verified in.
 */
export function wakeByFreight({
  type,
  key,
  before,
  after: freight,
}: KindChange<Freight>): Wakeup[] {
  if (type === 'created' && freight) {
    return [
      {
        kind: 'Stage',
        namespace: key.namespace,
        index: { name: 'directOrigin', value: originKey(freight.origin) },
      },
    ];
  }
  if (type !== 'updated' || !freight) {
    return [];
  }
  const old = before?.status ?? {};
  const status = freight.status ?? {};
  const approved = added(old.approvedFor, status.approvedFor).map(stage => ({
    key: { kind: 'Stage', namespace: key.namespace, name: stage },
  }));
  const released = new Set([
    ...added(old.verifiedIn, status.verifiedIn),
    ...added(old.currentlyIn, status.currentlyIn).filter(
      stage => status.verifiedIn?.[stage],
    ),
  ]);
  const downstream = [...released].map(stage => ({
    kind: 'Stage',
    namespace: key.namespace,
    index: { name: 'upstreamStage', value: stage },
  }));
  return [...approved, ...downstream];
}

function added(
  before: object | undefined,
  after: object | undefined,
): string[] {
  return Object.keys(after ?? {}).filter(name => !(name in (before ?? {})));
}
