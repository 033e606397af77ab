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
  const holders = new Map<string, string>();
  for (const row of await findHolders(tx, claims)) {
    holders.set(placeOf(row), row.name);
  }
  for (const { key, index, value } of claims) {
    const place = placeOf({ ...key, term: indexTerm(index), value });
    if ((holders.get(place) ?? key.name) !== key.name) {
      throw new ConflictError(
        `${formatKey(key)} cannot have the ${index} '${value}': another ${
          key.kind
        } has it`,
      );
    }
    holders.set(place, key.name);
  }
}

type Place = Pick<TermRow, 'kind' | 'namespace' | 'term' | 'value'>;

async function findHolders(
  tx: Write['tx'],
  claims: readonly Claim[],
): Promise<Array<Place & Pick<TermRow, 'name'>>> {
  return claims.length === 0
    ? []
    : tx<TermRow>('resource_terms')
        .select('kind', 'namespace', 'name', 'term', 'value')
        .whereIn(
          ['kind', 'namespace', 'term', 'value'],
          claims.map(({ key: { kind, namespace }, index, value }) => [
            ...[kind, namespace, indexTerm(index), value],
          ]),
        );
}

function placeOf({ kind, namespace, term, value }: Place): string {
  return JSON.stringify([kind, namespace, term, value]);
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
