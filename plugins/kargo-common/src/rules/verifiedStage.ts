import { AnalysisRun } from '../model/Analysis';
import { ANNOTATIONS, LABELS } from '../model/labels';

/**
 * The Stage that an AnalysisRun verifies; `undefined` for one that was made by hand.
 *
 * @public
 */
export function verifiedStage({
  metadata: { annotations, labels },
}: Pick<AnalysisRun, 'metadata'>): string | undefined {
  return annotations?.[ANNOTATIONS.stage] ?? labels?.[LABELS.stage];
}
