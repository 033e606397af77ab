import {
  AnalysisMetric,
  formatPath,
  ProjectConfig,
  StageSpec,
  WarehouseSpec,
} from 'backstage-plugin-kargo-common';
import {
  commitFilterProblem,
  criteriaProblem,
} from '../../expressions/rawExpressionProblem';
import { providersOf } from '../analysis/validateMetrics';
import { Slices } from '../slices';
import { holdsPassword } from '../urlPassword';
import { credentialWarnings } from './credentialWarnings';
import type { Installation } from './Installation';
import type { ManifestContext, ParsedManifest } from './ParsedManifest';
import { stepWarnings } from './stepWarnings';
import { variableWarnings } from './templateWarnings';
import { textsIn } from './textsIn';

/**
 * What is accepted in a manifest and will still not do what its author wants: steps that
 * nobody installed, fields that a step does not know, expressions that cannot be read, passwords where everybody reads them,
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
    ...(yield* discoveryWarnings(manifest)),
  ];
}

const UNHEEDED = 'this is kept and not obeyed here';

/** A manifest, or what is stored of one. */
interface Holder {
  kind: string;
  spec?: unknown;
}

/**
 * What a manifest asks for and will not get: steps, providers of metrics and webhook receivers
 * that the installation does not have, configurations and expressions that they refuse.
 */
export function* installationWarnings(
  manifest: Holder,
  { steps, metricProviders, receiverTypes }: Installation,
): Slices<string[]> {
  return [
    ...(yield* stepWarnings(manifest, steps)),
    ...(yield* variableWarnings(manifest)),
    ...providerWarnings(manifest, metricProviders),
    ...receiverWarnings(manifest, receiverTypes),
    ...verificationWarnings(manifest),
  ];
}

function verificationWarnings({ kind, spec }: Holder): string[] {
  const { verification } = (spec ?? {}) as Partial<StageSpec>;
  return kind === 'Stage' &&
    verification &&
    !verification.analysisTemplates?.length
    ? [
        'spec.verification: there are no analysisTemplates, so every verification ends in an error; without spec.verification what is healthy counts as verified',
      ]
    : [];
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

function receiverWarnings(
  { kind, spec }: Holder,
  known: Installation['receiverTypes'],
): string[] {
  if (kind !== 'ProjectConfig' && kind !== 'ClusterConfig') {
    return [];
  }
  const { webhookReceivers = [] } = (spec ?? {}) as ProjectConfig['spec'];
  return webhookReceivers.flatMap(({ name: _, ...types }, index) =>
    Object.keys(types)
      .filter(type => known && !known.has(type))
      .map(
        type =>
          `${formatPath([
            'spec',
            'webhookReceivers',
            index,
            type,
          ])}: no webhook receiver of type "${type}" is installed; it gets no URL`,
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

/** Expressions of a Warehouse that can never be evaluated. */
function* discoveryWarnings({ kind, spec }: Holder): Slices<string[]> {
  if (kind !== 'Warehouse') {
    return [];
  }
  const { subscriptions, freightCreationCriteria } = spec as WarehouseSpec;
  const warnings: string[] = [];
  for (const [index, { git }] of subscriptions.entries()) {
    const problem =
      git?.expressionFilter && commitFilterProblem(git.expressionFilter);
    if (problem) {
      const path = ['spec', 'subscriptions', index, 'git', 'expressionFilter'];
      warnings.push(
        `${formatPath(path)}: ${problem}; discovery will fail there`,
      );
    }
    yield;
  }
  const { expression = '' } = freightCreationCriteria ?? {};
  const problem = expression.trim() && criteriaProblem(expression);
  return problem
    ? [
        ...warnings,
        `spec.freightCreationCriteria.expression: ${problem}; no Freight will be made`,
      ]
    : warnings;
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
