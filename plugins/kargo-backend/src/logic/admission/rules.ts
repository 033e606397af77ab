import {
  KindName,
  originKey,
  Problem,
  problemAt,
  ProjectConfigSpec,
  PromotionPolicy,
  PromotionSpec,
  PromotionStep,
  StageSpec,
  Subscription,
  subscriptionType,
  WarehouseSpec,
  WebhookReceiver,
} from 'backstage-plugin-kargo-common';
import {
  assertAcceptedPattern,
  assertAcceptedSize,
  compilePattern,
  findUnknownPrefix,
  parseNamePattern,
} from '../boundedPattern';
import {
  normalizeChartURL,
  normalizeGitURL,
  normalizeImageURL,
} from '../repoUrls';
import { parsePathSelector } from '../selection/pathFilters';
import { parseConstraint } from '../selection/semverConstraint';
import { Slices } from '../slices';
import type { ManifestContext, ParsedManifest } from './ParsedManifest';

type Path = Array<string | number>;

/** Most origins and upstream Stages that a Stage names: it is found by each, and looks at each. */
const MOST_SOURCES = 1_000;

/** Most policies that name Stages by a pattern: all are kept compiled, and each Stage asks them. */
const MOST_PATTERN_POLICIES = 100;

/** Collects problems of one manifest. */
type Report = (path: Path, expected: string) => void;

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

function* checkWarehouse(
  spec: WarehouseSpec,
  context: ManifestContext,
  report: Report,
): Slices<void> {
  const seen = new Map<string, number>();
  const names = new Set<string>();
  for (const [index, subscription] of spec.subscriptions.entries()) {
    const path = ['spec', 'subscriptions', index];
    const identity = identityOf(subscription);
    const first = seen.get(identity);
    if (first !== undefined) {
      report(
        path,
        `another repository than subscription ${first} (${identity})`,
      );
    }
    seen.set(identity, index);
    yield* checkSubscription(subscription, context, path, report);
    const { name } = subscription;
    if (name && isRepeated(name, names)) {
      report([...path, 'name'], 'a unique name');
    }
    yield;
  }
}

/** Whether a text was among those before, of which it is one from now on. */
function isRepeated(text: string, before: Set<string>): boolean {
  const isKnown = before.has(text);
  before.add(text);
  return isKnown;
}

/** What must be unique in a Warehouse. */
function identityOf(subscription: Subscription): string {
  const { git, image, chart, name } = subscription;
  if (git) {
    return `git ${normalizeGitURL(git.repoURL)}`;
  }
  if (image) {
    return `image ${normalizeImageURL(image.repoURL)}`;
  }
  if (chart) {
    const isClassic = /^https?:/.test(chart.repoURL);
    return `chart ${normalizeChartURL(chart.repoURL)} ${
      isClassic ? chart.name ?? '' : ''
    }`.trim();
  }
  return `${subscriptionType(subscription)} named ${name}`;
}

function* checkSubscription(
  subscription: Subscription,
  context: ManifestContext,
  path: Path,
  report: Report,
): Slices<void> {
  const { git, image, chart, name } = subscription;
  if (git) {
    checkConstraint(
      git.semverConstraint,
      [...path, 'git', 'semverConstraint'],
      report,
    );
    yield* checkTagPatterns(git, [...path, 'git'], report);
    yield* checkPaths(
      git.includePaths,
      [...path, 'git', 'includePaths'],
      report,
    );
    yield* checkPaths(
      git.excludePaths,
      [...path, 'git', 'excludePaths'],
      report,
    );
  } else if (image) {
    yield* checkTagPatterns(image, [...path, 'image'], report);
    if (image.imageSelectionStrategy === 'SemVer') {
      checkConstraint(
        image.constraint,
        [...path, 'image', 'constraint'],
        report,
      );
    }
    if (image.imageSelectionStrategy === 'Digest' && !image.constraint) {
      report(
        [...path, 'image', 'constraint'],
        'the mutable tag to follow, which the Digest strategy needs',
      );
    }
  } else if (chart) {
    checkConstraint(
      chart.semverConstraint,
      [...path, 'chart', 'semverConstraint'],
      report,
    );
    const isOci = chart.repoURL.startsWith('oci://');
    if (isOci === !!chart.name) {
      report(
        [...path, 'chart', 'name'],
        isOci
          ? 'nothing: an oci:// URL names the chart itself'
          : 'the name of a chart in the repository',
      );
    }
  } else {
    const type = subscriptionType(subscription);
    if (!context.subscriptionTypes.includes(type)) {
      report(
        [...path, type],
        `an installed subscription type (${context.subscriptionTypes.join(
          ', ',
        )})`,
      );
    }
    if (!name) {
      report([...path, 'name'], `a name, which ${type} subscriptions need`);
    }
  }
}

function checkConstraint(
  constraint: string | undefined,
  path: Path,
  report: Report,
): void {
  if (constraint) {
    attempt(
      () => parseConstraint(constraint),
      path,
      'a semver constraint such as "^1.2.0"',
      report,
    );
  }
}

function* checkTagPatterns(
  patterns: { allowTagsRegexes?: string[]; ignoreTagsRegexes?: string[] },
  path: Path,
  report: Report,
): Slices<void> {
  for (const field of ['allowTagsRegexes', 'ignoreTagsRegexes'] as const) {
    for (const [index, pattern] of (patterns[field] ?? []).entries()) {
      attempt(
        () => {
          assertAcceptedSize(pattern);
          compilePattern(pattern);
        },
        [...path, field, index],
        'a regular expression (RE2)',
        report,
      );
      yield;
    }
  }
}

function* checkPaths(
  selectors: string[] | undefined,
  path: Path,
  report: Report,
): Slices<void> {
  for (const [index, selector] of (selectors ?? []).entries()) {
    attempt(
      () => {
        assertAcceptedPattern(selector);
        parsePathSelector(selector);
      },
      [...path, index],
      'a folder, "glob:…" or "regex:…"',
      report,
    );
    yield;
  }
}

function attempt(
  parse: () => unknown,
  path: Path,
  expected: string,
  report: Report,
): void {
  try {
    parse();
  } catch (error) {
    report(path, `${expected} (${(error as Error).message})`);
  }
}

function* checkStage(spec: StageSpec, report: Report): Slices<void> {
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

function* checkTask(
  spec: { steps: PromotionStep[] },
  report: Report,
): Slices<void> {
  yield* checkSteps(spec.steps, ['spec', 'steps'], report);
  spec.steps.forEach((step, index) => {
    if (step.task) {
      report(
        ['spec', 'steps', index, 'task'],
        '"uses": tasks cannot be nested',
      );
    }
  });
}

const RESERVED_ALIAS = /^(step|task)-\d+$/;
const FORBIDDEN_BESIDE_TASK = [
  'continueOnError',
  'retry',
  'unmasked',
  'if',
  'config',
] as const;

function* checkSteps(
  steps: PromotionStep[],
  path: Path,
  report: Report,
): Slices<void> {
  const aliases = new Set<string>();
  for (const [index, step] of steps.entries()) {
    const alias = step.as?.trim();
    if (!step.uses === !step.task) {
      report([...path, index], 'exactly one of "uses" and "task"');
    }
    if (alias && RESERVED_ALIAS.test(alias)) {
      report(
        [...path, index, 'as'],
        'an alias that is not reserved (step-<n>, task-<n>)',
      );
    }
    if (alias && isRepeated(alias, aliases)) {
      report([...path, index, 'as'], 'an alias that is unique among the steps');
    }
    for (const field of FORBIDDEN_BESIDE_TASK) {
      if (step.task && step[field] !== undefined) {
        report([...path, index, field], 'nothing: a task step cannot have it');
      }
    }
    yield;
  }
}

function checkPromotion(spec: PromotionSpec, report: Report): void {
  if (!spec.freight === !spec.origin) {
    report(['spec'], 'exactly one of "freight" and "origin"');
  }
}

function* checkProjectConfig(
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

function* checkReceivers(
  {
    webhookReceivers: receivers = [],
  }: { webhookReceivers?: WebhookReceiver[] },
  report: Report,
): Slices<void> {
  const names = new Set<string>();
  for (const [index, receiver] of receivers.entries()) {
    const path = ['spec', 'webhookReceivers', index];
    if (isRepeated(receiver.name, names)) {
      report([...path, 'name'], 'a unique name');
    }
    if (Object.keys(receiver).length !== 2) {
      report(path, 'a name and exactly one provider');
    }
    receiver.generic?.actions?.forEach((action, at) =>
      action.targetSelectionCriteria?.forEach((target, position) => {
        const { name, labelSelector, indexSelector } = target;
        if (!name && !labelSelector && !indexSelector) {
          report(
            [
              ...[...path, 'generic', 'actions', at],
              ...['targetSelectionCriteria', position],
            ],
            'at least one of "name", "labelSelector" and "indexSelector"',
          );
        }
      }),
    );
    yield;
  }
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
