import {
  KindName,
  Problem,
  problemAt,
  PromotionSpec,
} from 'backstage-plugin-kargo-common';
import { Slices } from '../../slices';
import type { ManifestContext, ParsedManifest } from '../ParsedManifest';
import { checkDataKeys } from './checkDataKeys';
import { checkProjectConfig } from './checkProjectConfig';
import { checkReceivers } from './checkReceivers';
import { checkStage } from './checkStage';
import { checkTask } from './checkTask';
import { checkWarehouse } from './checkWarehouse';
import { Report } from './report';

/**
 * Problems of a manifest that its schema cannot express.
 *
 * @remarks
 * A manifest that its schema refuses is read as far as it makes sense, so that people see
 * everything that is wrong at once.
 */
export function* rulesFor(
  kind: KindName,
  manifest: ParsedManifest,
  context: ManifestContext,
): Slices<Problem[]> {
  const problems: Problem[] = [];
  const report: Report = (path, expected) =>
    problems.push(problemAt(manifest, path, expected));
  try {
    yield* check(kind, manifest, context, report);
  } catch {
    // A part is not what its schema wants, which is reported already.
  }
  return problems;
}

function* check(
  kind: KindName,
  manifest: ParsedManifest,
  context: ManifestContext,
  report: Report,
): Slices<void> {
  const spec = manifest.spec as never;
  switch (kind) {
    case 'Warehouse':
      yield* checkWarehouse(spec, context, report);
      break;
    case 'Stage':
      yield* checkStage(spec, report);
      break;
    case 'Promotion':
      checkPromotion(spec, report);
      break;
    case 'PromotionTask':
    case 'ClusterPromotionTask':
      yield* checkTask(spec, report);
      break;
    case 'Secret':
    case 'ConfigMap':
      checkDataKeys(manifest, context.stored, report);
      break;
    case 'ProjectConfig':
      yield* checkProjectConfig(manifest, spec, report);
      break;
    case 'ClusterConfig':
      if (manifest.metadata.name !== 'cluster') {
        report(['metadata', 'name'], '"cluster", the only ClusterConfig');
      }
      yield* checkReceivers(spec, report);
      break;
    default:
  }
}

function checkPromotion(spec: PromotionSpec, report: Report): void {
  if (!spec.freight === !spec.origin) {
    report(['spec'], 'exactly one of "freight" and "origin"');
  }
}
