import { originKey, StageSpec } from 'backstage-plugin-kargo-common';
import { Slices } from '../../slices';
import { checkSteps } from './checkSteps';
import { isRepeated, Report } from './report';

/** Most origins and upstream Stages that a Stage names: it is found by each, and looks at each. */
const MOST_SOURCES = 1_000;

export function* checkStage(spec: StageSpec, report: Report): Slices<void> {
  const origins = new Set<string>();
  const named = spec.requestedFreight.reduce(
    (sum, { sources }) => sum + 1 + (sources.stages?.length ?? 0),
    0,
  );
  if (named > MOST_SOURCES) {
    report(
      ['spec', 'requestedFreight'],
      `at most ${MOST_SOURCES} origins and upstream Stages in all`,
    );
  }
  for (const [index, { origin, sources }] of spec.requestedFreight.entries()) {
    const path = ['spec', 'requestedFreight', index];
    if (isRepeated(originKey(origin), origins)) {
      report(
        [...path, 'origin', 'name'],
        'an origin that is not requested already',
      );
    }
    const isMatching =
      sources.autoPromotionOptions?.selectionPolicy === 'MatchUpstream';
    if (isMatching && (sources.direct || sources.stages?.length !== 1)) {
      report(
        [...path, 'sources', 'autoPromotionOptions', 'selectionPolicy'],
        'MatchUpstream only with exactly one upstream stage and without direct',
      );
    }
    yield;
  }
  const steps = spec.promotionTemplate?.spec.steps ?? [];
  const path = ['spec', 'promotionTemplate', 'spec', 'steps'];
  yield* checkSteps(steps, path, report);
}
