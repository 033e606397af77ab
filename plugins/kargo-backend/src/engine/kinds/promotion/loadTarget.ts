import { Freight, Promotion, Stage } from 'backstage-plugin-kargo-common';
import { ResourceStore } from '../../../ports/ResourceStore';

/** The Stage of a Promotion and the Freight that it brings; `undefined` for what is gone. */
export function loadTarget(
  store: ResourceStore,
  { metadata: { namespace = '' }, spec }: Promotion,
): Promise<[Stage | undefined, Freight | undefined]> {
  return Promise.all([
    store.find({ kind: 'Stage', namespace, name: spec.stage }),
    store.find({ kind: 'Freight', namespace, name: spec.freight ?? '' }),
  ]);
}
