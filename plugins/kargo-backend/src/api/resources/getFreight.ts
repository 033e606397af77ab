import { NotFoundError } from '@backstage/errors';
import { Freight, ResourceKey } from 'backstage-plugin-kargo-common';
import { IndexedStore } from '../../ports/ResourceIndex';
import { RequestReads, Shown } from '../server/RequestReads';

/** Where Freight is looked for. */
export interface FreightPlaces {
  store: IndexedStore;
  reads: RequestReads;
}

/** The key of Freight of a project, if it is called by its name. */
export function freightKey(
  project: string,
  name: string,
): ResourceKey<'Freight'> {
  return { kind: 'Freight', namespace: project, name };
}

/**
 * Freight of a project by its name or, if none has that name, by its alias.
 *
 * @throws NotFoundError
 */
export async function getFreight(
  where: FreightPlaces,
  project: string,
  nameOrAlias: string,
): Promise<Freight> {
  return (await showFreight(where, project, nameOrAlias)).resource;
}

/**
 * The same, with the revision of the store at which it is exact.
 *
 * @throws NotFoundError
 */
export async function showFreight(
  { store, reads }: FreightPlaces,
  project: string,
  nameOrAlias: string,
): Promise<Shown<Freight>> {
  const { resource, resourceVersion } = await reads.find(
    freightKey(project, nameOrAlias),
  );
  return resource
    ? { resource, resourceVersion }
    : showFreightByAlias(store, project, nameOrAlias);
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
  return (await showFreightByAlias(store, project, alias)).resource;
}

async function showFreightByAlias(
  store: IndexedStore,
  project: string,
  alias: string,
): Promise<Shown<Freight>> {
  const { items, resourceVersion } = await store.list('Freight', {
    namespace: project,
    index: { name: 'alias', value: alias },
    limit: 1,
    shared: true,
  });
  if (items.length === 0) {
    throw new NotFoundError(
      `Freight '${alias}' does not exist in project '${project}'`,
    );
  }
  return { resource: items[0], resourceVersion };
}
