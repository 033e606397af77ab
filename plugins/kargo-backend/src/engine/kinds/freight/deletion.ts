import { NotAllowedError } from '@backstage/errors';
import { describeFreightUses, Freight } from 'backstage-plugin-kargo-common';
import { KindDeletion } from '../KindModule';

/** Users of Freight that are named when it may not go. */
const NAMED = 5;

/** Freight goes only when no Stage needs it and no Promotion brings it anywhere. */
export const freightDeletion: KindDeletion<Freight> = {
  async mayDelete({ name, namespace }, { store }) {
    const selection = {
      namespace,
      index: { name: 'neededFreight', value: name },
      limit: NAMED,
    };
    const [stages, promotions] = await Promise.all([
      store.list('Stage', selection),
      store.list('Promotion', selection),
    ]);
    const reason = describeFreightUses(name, stages.items, promotions.items);
    if (reason) {
      throw new NotAllowedError(reason);
    }
  },
};
