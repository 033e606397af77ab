import { InputError } from '@backstage/errors';
import { isHostRefusal, MergeOutcome } from 'backstage-plugin-kargo-node';

/** @throws InputError for a way to merge that a host does not have */
export function assertMergeMethod(
  host: string,
  methods: readonly string[],
  method: string | undefined,
): void {
  if (method !== undefined && !methods.includes(method)) {
    throw new InputError(
      `${host} has no merge method "${method}"; it has ${methods.join(', ')}`,
    );
  }
}

/**
 * What it means that merging failed: a host that answered no will not merge.
 *
 * @throws the error itself where the host has not decided
 */
export function refusedMerge(error: unknown): MergeOutcome {
  if (isHostRefusal(error)) {
    return { kind: 'refused', reason: error.message };
  }
  throw error;
}
