import { ConflictError } from '@backstage/errors';
import { formatKey, ResourceKey } from 'backstage-plugin-kargo-common';
import { PreparedChange } from './PlannedChange';
import { TermRow } from './tables';
import { indexTerm } from './terms';
import { Write } from './writeTransaction';

/** A value of a unique index that a change gives a resource. */
interface Claim {
  readonly key: ResourceKey;
  readonly index: string;
  readonly value: string;
}

/**
 * Refuses values of unique indexes that others have. Nobody else writes meanwhile, because
 * every write transaction holds the counter of revisions.
 *
 * @throws ConflictError
 */
export async function assertUnique(
  { tx, ctx }: Write,
  changes: readonly PreparedChange[],
): Promise<void> {
  const claims = changes.flatMap(change =>
    ctx.rules
      .uniqueIndexesOf(change.change.key.kind)
      .flatMap(index => claimsOf(change, index)),
  );
  const claimed = new Set<string>();
  for (const { key, index, value } of claims) {
    const { kind, namespace, name } = key;
    const place = JSON.stringify([kind, namespace, index, value]);
    const holder = await tx<TermRow>('resource_terms')
      .where({ kind, namespace, term: indexTerm(index), value })
      .whereNot({ name })
      .first('name');
    if (holder || claimed.has(place)) {
      throw new ConflictError(
        `${formatKey(
          key,
        )} cannot have the ${index} '${value}': another ${kind} has it`,
      );
    }
    claimed.add(place);
  }
}

/** What a change adds to an index. */
function claimsOf(
  { change, termsBefore, termsAfter }: PreparedChange,
  index: string,
): Claim[] {
  const term = indexTerm(index);
  const known = new Set(termsBefore?.[term]);
  return (termsAfter?.[term] ?? [])
    .filter(value => !known.has(value))
    .map(value => ({ key: change.key, index, value }));
}
