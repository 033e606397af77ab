import { NotAllowedError } from '@backstage/errors';
import { KindDeletion } from '../KindModule';

/** Freight goes only when no Stage holds it. */
export const freightDeletion: KindDeletion = {
  async mayDelete({ name, namespace }, { store }) {
    const users = await store.list('Stage', {
      namespace,
      index: { name: 'currentFreight', value: name },
      limit: 5,
    });
    if (users.items.length > 0) {
      throw new NotAllowedError(
        `Freight '${name}' cannot be deleted while it is in ${users.items
          .map(stage => `Stage '${stage.metadata.name}'`)
          .join(', ')}`,
      );
    }
  },
};
