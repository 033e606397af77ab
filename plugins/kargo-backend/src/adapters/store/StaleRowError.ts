import { formatKey, ResourceKey } from 'backstage-plugin-kargo-common';

/** A write was planned on a row that is no longer the stored one; planned anew, it reads it. */
export class StaleRowError extends Error {
  override readonly name = 'StaleRowError';

  constructor(key: ResourceKey) {
    super(`${formatKey(key)} is not what this replica last saw`);
  }
}
