import { readOlderSteps } from '../promotion/olderSteps/readOlderSteps';
import { holdsPassword } from '../urlPassword';
import { findSteps } from './findSteps';
import type { ManifestContext, ParsedManifest } from './ParsedManifest';
import { formatPath } from './problems';
import { pruneManifest } from './pruneManifest';
import { suggestField } from './suggestField';
import { visitTexts } from './visitTexts';

/**
 * What is accepted in a manifest and will still not do what its author wants: steps that
 * nobody installed, fields that a step does not know, passwords where everybody reads them.
 *
 * @remarks Differs: Kargo accepts all of them in silence and fails at the first Promotion.
 */
export function warningsFor(
  manifest: ParsedManifest,
  { steps }: ManifestContext,
): string[] {
  return [
    ...(steps ? stepWarnings(manifest, steps) : []),
    ...removedFields(manifest),
    ...passwordWarnings(manifest),
  ];
}

function stepWarnings(
  manifest: ParsedManifest,
  known: NonNullable<ManifestContext['steps']>,
): string[] {
  const found = findSteps(manifest, manifest.kind);
  if (!found) {
    return [];
  }
  const { path, list } = found;
  // What they say in older words is told already.
  const { steps } = readOlderSteps(list, {
    path,
    isTask: manifest.kind !== 'Stage',
  });
  return steps.flatMap(({ uses, config }, index) => {
    const place = [...path, index];
    if (!uses) {
      return [];
    }
    const schema = known.get(uses);
    if (!schema) {
      return [
        `${formatPath([
          ...place,
          'uses',
        ])}: no step "${uses}" is installed; Promotions will fail there`,
      ];
    }
    return pruneManifest(config ?? {}, schema).unknown.map(
      ({ holder, field }) =>
        `${formatPath([
          ...place,
          'config',
          ...holder,
          field,
        ])}: "${uses}" does not know this field and will refuse it, expected ${suggestField(
          schema,
          holder,
          field,
        )}`,
    );
  });
}

/** Filters that Kargo removed; a subscription that has one is never read. */
function removedFields(manifest: ParsedManifest): string[] {
  if (manifest.kind !== 'Warehouse') {
    return [];
  }
  const { subscriptions = [] } = (manifest.spec ?? {}) as {
    subscriptions?: Array<Record<string, unknown>>;
  };
  return subscriptions.flatMap((subscription, index) =>
    (['git', 'image'] as const).flatMap(type =>
      (['allowTags', 'ignoreTags'] as const).flatMap(field => {
        const config = subscription[type] as
          | Record<string, unknown>
          | undefined;
        return config?.[field] === undefined
          ? []
          : [
              `${formatPath([
                'spec',
                'subscriptions',
                index,
                type,
                field,
              ])}: this field was removed and ends discovery; write ${field}Regexes: ['…'] instead`,
            ];
      }),
    ),
  );
}

/** Everybody who may read the project reads its manifests. */
function passwordWarnings(manifest: ParsedManifest): string[] {
  const warnings: string[] = [];
  visitTexts(
    manifest.spec,
    (text, path) => {
      if (holdsPassword(text)) {
        warnings.push(
          `${formatPath(
            path,
          )}: a password in a URL is stored as it is, and masked only where it is shown; keep it in credentials`,
        );
      }
    },
    ['spec'],
  );
  return warnings;
}
