import {
  AnalysisMetric,
  formatPath,
  KindName,
  pruneManifest,
  suggestField,
} from 'backstage-plugin-kargo-common';
import { providersOf } from '../analysis/validateMetrics';
import { readOlderSteps } from '../promotion/olderSteps/readOlderSteps';
import { Slices } from '../slices';
import { holdsPassword } from '../urlPassword';
import { credentialWarnings } from './credentialWarnings';
import { findSteps } from './findSteps';
import type { Installation } from './Installation';
import type { ManifestContext, ParsedManifest } from './ParsedManifest';
import { textsIn } from './textsIn';

/**
 * What is accepted in a manifest and will still not do what its author wants: steps that
 * nobody installed, fields that a step does not know, passwords where everybody reads them,
 * credentials that fit no repository.
 *
 * @remarks Differs: Kargo accepts all of them in silence and fails at the first Promotion.
 */
export function* warningsFor(
  manifest: ParsedManifest,
  { installation }: ManifestContext,
): Slices<string[]> {
  return [
    ...(installation
      ? yield* installationWarnings(manifest, installation)
      : []),
    ...(yield* passwordWarnings(manifest)),
    ...unheededWarnings(manifest),
    ...credentialWarnings(manifest),
  ];
}

const UNHEEDED = 'this is kept and not obeyed here';

/** A manifest, or what is stored of one. */
interface Holder {
  kind: string;
  spec?: unknown;
}

/**
 * What a manifest asks for and the installation does not have: steps, fields of their
 * configurations, providers of metrics.
 */
export function* installationWarnings(
  manifest: Holder,
  { steps, metricProviders }: Installation,
): Slices<string[]> {
  return [
    ...(yield* stepWarnings(manifest, steps)),
    ...providerWarnings(manifest, metricProviders),
  ];
}

function* stepWarnings(
  manifest: Holder,
  known: Installation['steps'],
): Slices<string[]> {
  const found = findSteps(manifest, manifest.kind as KindName);
  if (!found) {
    return [];
  }
  const { path, list } = found;
  // What they say in older words is told already.
  const { steps } = yield* readOlderSteps(list, {
    path,
    isTask: manifest.kind !== 'Stage',
  });
  const warnings: string[] = [];
  for (const [index, { uses, config }] of steps.entries()) {
    const place = [...path, index];
    const schema = uses ? known.get(uses) : undefined;
    if (uses && !schema) {
      warnings.push(
        `${formatPath([
          ...place,
          'uses',
        ])}: no step "${uses}" is installed; Promotions will fail there`,
      );
    }
    const { unknown } = schema
      ? pruneManifest(config ?? {}, schema)
      : { unknown: [] };
    for (const { holder, field } of unknown) {
      warnings.push(
        `${formatPath([
          ...place,
          'config',
          ...holder,
          field,
        ])}: "${uses}" does not know this field and will refuse it, expected ${suggestField(
          schema!,
          holder,
          field,
        )}`,
      );
      yield;
    }
    yield;
  }
  return warnings;
}

function providerWarnings(
  { kind, spec }: Holder,
  known: Installation['metricProviders'],
): string[] {
  if (kind !== 'AnalysisTemplate' && kind !== 'ClusterAnalysisTemplate') {
    return [];
  }
  const { metrics = [] } = (spec ?? {}) as { metrics?: AnalysisMetric[] };
  return metrics.flatMap(({ provider }, index) =>
    providersOf(provider)
      .filter(id => known && !known.has(id))
      .map(
        id =>
          `${formatPath([
            'spec',
            'metrics',
            index,
            'provider',
          ])}: no metric provider "${id}" is installed; verifications will fail there`,
      ),
  );
}

/** What Kargo's own schemas know, and its commercial edition alone obeys. */
function unheededWarnings({ kind, spec }: Holder): string[] {
  const { promotionWindows, promotionPolicies, targets } = (spec ?? {}) as {
    promotionWindows?: unknown[];
    promotionPolicies?: Array<{ autoRollback?: unknown }>;
    targets?: unknown;
  };
  const rollbacks = (promotionPolicies ?? []).flatMap(({ autoRollback }, i) =>
    autoRollback === undefined
      ? []
      : [
          `${formatPath([
            'spec',
            'promotionPolicies',
            i,
            'autoRollback',
          ])}: ${UNHEEDED}; nothing is rolled back by itself`,
        ],
  );
  return [
    ...((promotionWindows ?? []).length > 0
      ? [`spec.promotionWindows: ${UNHEEDED}; Freight is promoted at any time`]
      : []),
    ...rollbacks,
    ...(kind === 'Stage' && targets !== undefined
      ? [
          `spec.targets: ${UNHEEDED}; nothing is promoted to the Stage while it is there`,
        ]
      : []),
  ];
}

/** Everybody who may read the project reads its manifests. */
function* passwordWarnings(manifest: ParsedManifest): Slices<string[]> {
  const warnings: string[] = [];
  for (const { text, path } of textsIn(manifest.spec, ['spec'])) {
    if (holdsPassword(text)) {
      warnings.push(
        `${formatPath(
          path,
        )}: a password in a URL is stored as it is, and masked only where it is shown; keep it in credentials`,
      );
    }
    yield;
  }
  return warnings;
}
