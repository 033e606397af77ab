import { entryOf, Freight, originKey } from 'backstage-plugin-kargo-common';
import { Wakeup } from '../../../ports/Changes';
import { KindChange } from '../KindModule';

/**
 * New Freight wakes the Stages that take it from its Warehouse; approved Freight the Stage
 * it was approved for; Freight that was verified in a Stage, has entered it or has left it
 * the Stages behind that one; Freight that is gone everybody who could have used it. Of all
 * these only Stages that do something by themselves when Freight becomes available.
 */
export function wakeByFreight({
  type,
  key: { namespace },
  before,
  after: freight,
}: KindChange<Freight>): Wakeup[] {
  if (type === 'created' && freight) {
    return [takingDirectly(namespace, freight)];
  }
  if (type === 'deleted' && before) {
    return [
      takingDirectly(namespace, before),
      {
        kind: 'Stage',
        namespace,
        index: { name: 'currentFreight', value: before.metadata.name },
      },
      ...keys(before.status?.approvedFor).map(name => stage(namespace, name)),
      ...keys(before.status?.verifiedIn).map(name => behind(namespace, name)),
    ];
  }
  const old = before?.status ?? {};
  const status = freight?.status ?? {};
  const moved = new Set([
    ...added(old.verifiedIn, status.verifiedIn),
    ...[
      ...added(old.currentlyIn, status.currentlyIn),
      ...added(status.currentlyIn, old.currentlyIn),
    ].filter(name => entryOf(status.verifiedIn, name)),
  ]);
  return [
    ...added(old.approvedFor, status.approvedFor).map(name =>
      stage(namespace, name),
    ),
    ...[...moved].map(name => behind(namespace, name)),
  ];
}

function takingDirectly(namespace: string, freight: Freight): Wakeup {
  return {
    kind: 'Stage',
    namespace,
    index: { name: 'awaitedOrigin', value: originKey(freight.origin) },
  };
}

function behind(namespace: string, upstream: string): Wakeup {
  return {
    kind: 'Stage',
    namespace,
    index: { name: 'awaitedStage', value: upstream },
  };
}

function stage(namespace: string, name: string): Wakeup {
  return { key: { kind: 'Stage', namespace, name } };
}

function keys(map: object | undefined): string[] {
  return Object.keys(map ?? {});
}

function added(
  before: object | undefined,
  after: object | undefined,
): string[] {
  return keys(after).filter(name => !Object.hasOwn(before ?? {}, name));
}
