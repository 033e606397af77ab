import { Resource } from 'backstage-plugin-kargo-common';
import { ResourceChange, Wakeup, WakeupRule } from '../ports/Changes';
import { isEqualJson } from '../logic/mergePatch';
import { findKindModule } from './kinds';
import { KindModule } from './kinds/KindModule';

/**
 * The rule of who must look again because of a change.
 *
 * @remarks
 * It is pure, and called in the transaction of the write. A resource wakes its own controller
 * when it is created, deleted, its spec changed or somebody asked by annotation; its own
 * status writes do not. Whom else it wakes is told by its kind.
 *
 * @param sharedNamespace - where what all projects share lies
 */
export function createWakeupRule(sharedNamespace: string): WakeupRule {
  return change => {
    const module = findKindModule(change.key.kind);
    return module
      ? [
          ...wakeSelf(change, module),
          ...(module.wakeOthers?.(change, sharedNamespace) ?? []),
        ]
      : [];
  };
}

function wakeSelf(
  { type, key, before, after }: ResourceChange,
  { controller }: KindModule,
): Wakeup[] {
  if (!controller || !after) {
    return [];
  }
  if (type === 'created') {
    return controller.isIdle?.(after) ? [] : [{ key }];
  }
  if (!before) {
    return [];
  }
  const isSpecChange = before.metadata.generation !== after.metadata.generation;
  const isDeletion =
    !before.metadata.deletionTimestamp && !!after.metadata.deletionTimestamp;
  const isAsked = Object.entries(controller.requests ?? {}).some(
    ([annotation, identify]) => isRenewed(before, after, annotation, identify),
  );
  const isRelabelled =
    controller.readsLabels &&
    !isEqualJson(before.metadata.labels ?? {}, after.metadata.labels ?? {});
  return isSpecChange || isDeletion || isAsked || isRelabelled ? [{ key }] : [];
}

/** Whether an annotation asks for something that the previous one did not. */
function isRenewed(
  before: Resource,
  after: Resource,
  annotation: string,
  identify: (value: string) => string | undefined,
): boolean {
  const [old, current] = [before, after].map(resource => {
    const value = resource.metadata.annotations?.[annotation];
    return value ? identify(value) : undefined;
  });
  return current !== undefined && current !== old;
}
