import { NotFoundError } from '@backstage/errors';
import { Freight } from 'backstage-plugin-kargo-common';
import { IndexedStore } from '../../ports/ResourceIndex';

/**
 * Freight of a project by its name or, if none has that name, by its alias.
 *
 * @throws NotFoundError
 */
export async function getFreight(
  store: IndexedStore,
  project: string,
  nameOrAlias: string,
): Promise<Freight> {
  const named = await store.find({
    kind: 'Freight',
    namespace: project,
    name: nameOrAlias,
  });
  return named ?? getFreightByAlias(store, project, nameOrAlias);
}

/**
 * Freight of a project by its alias.
 *
 * @throws NotFoundError
 */
export async function getFreightByAlias(
  store: IndexedStore,
  project: string,
  alias: string,
): Promise<Freight> {
  const { items } = await store.list('Freight', {
    namespace: project,
    index: { name: 'alias', value: alias },
    limit: 1,
  });
  if (items.length === 0) {
    throw new NotFoundError(
      `Freight '${alias}' does not exist in project '${project}'`,
    );
  }
  return items[0];
}
