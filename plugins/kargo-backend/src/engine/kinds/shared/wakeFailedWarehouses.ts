import { LABELS, Resource, Secret } from 'backstage-plugin-kargo-common';
import { Wakeup } from '../../../ports/Changes';
import { KindChange } from '../KindModule';

/**
 * Other credentials may be what a subscription failed for want of, which would otherwise be
 * tried again only when the pause after its last error is over.
 */
export function wakeFailedWarehouses(
  { key: { namespace }, before, after }: KindChange<Secret>,
  sharedNamespace: string,
): Wakeup[] {
  return isCredential(before) || isCredential(after)
    ? [
        {
          kind: 'Warehouse',
          // Shared ones are for the Warehouses of all projects.
          ...(namespace !== sharedNamespace && { namespace }),
          index: { name: 'failing', value: '' },
        },
      ]
    : [];
}

function isCredential(resource: Resource | undefined): boolean {
  return resource?.metadata.labels?.[LABELS.credType] !== undefined;
}
