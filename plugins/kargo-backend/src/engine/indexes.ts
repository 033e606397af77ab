import { Warehouse } from 'backstage-plugin-kargo-common';
import { AnySubscriptionType } from 'backstage-plugin-kargo-node';
import { sha1Hex } from '../logic/hash';
import { subscribedURLsOf } from '../logic/subscribedURLs';
import { IndexDeclaration } from '../ports/ResourceIndex';
import { KIND_MODULES } from './kinds';

/** Changes whenever a declaration of a kind does, so that a new version brings stored ones up to date. */
const INDEXES_VERSION = '12';

/** What lists and wake-ups look up; every value is written with its resource. */
export const INDEXES: IndexDeclaration[] = Object.values(KIND_MODULES)
  .filter(({ indexes, sortKeys }) => indexes || sortKeys)
  .map(({ kind, indexes, sortKeys, uniqueIndexes }) => ({
    ...{ kind, indexes, sortKeys },
    ...(uniqueIndexes && { unique: uniqueIndexes }),
  }));

/** The declarations, and a version of them. */
export interface VersionedIndexes {
  declarations: IndexDeclaration[];
  version: string;
}

/** The declarations where extensions add types of subscriptions: what those watch is looked up too. */
export function indexesWith(
  types: ReadonlyMap<string, AnySubscriptionType>,
): VersionedIndexes {
  const subscribedURLs = subscribedURLsOf(types);
  return {
    declarations: [
      ...INDEXES,
      {
        kind: 'Warehouse',
        indexes: {
          subscribedURL: warehouse =>
            (warehouse as Warehouse).spec.subscriptions.flatMap(subscribedURLs),
        },
      },
    ],
    // One more extension makes URLs known of Warehouses that are stored already.
    version:
      types.size === 0
        ? INDEXES_VERSION
        : `${INDEXES_VERSION}-${sha1Hex([...types.keys()].sort().join())}`,
  };
}
