import {
  ProjectConfigSpec,
  PromotionPolicy,
} from 'backstage-plugin-kargo-common';
import {
  assertAcceptedPattern,
  findUnknownPrefix,
  parseNamePattern,
} from '../../boundedPattern';
import { Slices } from '../../slices';
import type { ParsedManifest } from '../ParsedManifest';
import { checkReceivers } from './checkReceivers';
import { attempt, isRepeated, Report } from './report';

/** Most policies that name Stages by a pattern: all are kept compiled, and each Stage asks them. */
const MOST_PATTERN_POLICIES = 100;

export function* checkProjectConfig(
  manifest: ParsedManifest,
  spec: ProjectConfigSpec,
  report: Report,
): Slices<void> {
  if (manifest.metadata.name !== manifest.metadata.namespace) {
    report(
      ['metadata', 'name'],
      `"${manifest.metadata.namespace}", the name of its project`,
    );
  }
  yield* checkPolicies(spec.promotionPolicies ?? [], report);
  yield* checkReceivers(spec, report);
}

function* checkPolicies(
  policies: PromotionPolicy[],
  report: Report,
): Slices<void> {
  const exact = new Set<string>();
  let patterns = 0;
  for (const [index, policy] of policies.entries()) {
    const path = ['spec', 'promotionPolicies', index];
    const given = [policy.stage, policy.stages, policy.stageSelector];
    if (given.filter(value => value !== undefined).length !== 1) {
      report(path, 'exactly one of "stage", "stages" and "stageSelector"');
    }
    const name = policy.stageSelector?.name;
    if (name?.includes(':')) {
      patterns += 1;
      const namePath = [...path, 'stageSelector', 'name'];
      if (findUnknownPrefix(name)) {
        report(namePath, 'an exact name, "glob:…" or "regex:…"');
      } else {
        attempt(
          () => {
            assertAcceptedPattern(name);
            parseNamePattern(name);
          },
          namePath,
          'a pattern',
          report,
        );
      }
    }
    for (const stage of exactNames(policy)) {
      if (isRepeated(stage, exact)) {
        report(path, `a Stage without an earlier policy ('${stage}' has one)`);
      }
    }
    yield;
  }
  if (patterns > MOST_PATTERN_POLICIES) {
    report(
      ['spec', 'promotionPolicies'],
      `at most ${MOST_PATTERN_POLICIES} policies whose name is a pattern, found ${patterns}`,
    );
  }
}

function exactNames(policy: PromotionPolicy): string[] {
  const selected = policy.stageSelector?.name;
  return [
    ...(policy.stage ? [policy.stage] : []),
    ...(policy.stages ?? []),
    ...(selected && !selected.includes(':') ? [selected] : []),
  ];
}
