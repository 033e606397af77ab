import {
  ANNOTATIONS,
  currentFreight,
  durationToMilliseconds,
  findCondition,
  type Freight,
  type HealthState,
  type KindName,
  type Promotion,
  type ResourceKey,
  type Stage,
} from 'backstage-plugin-kargo-common';
import { EngineHarness } from 'backstage-plugin-kargo-backend/src/testing/EngineHarness';
import { type ScenarioDatabase } from 'backstage-plugin-kargo-backend/src/testing/ScenarioDatabase';
import { ScriptedMetrics } from 'backstage-plugin-kargo-backend/src/testing/ScriptedMetrics';
import { ScriptedStep } from 'backstage-plugin-kargo-backend/src/testing/ScriptedStep';
import { stringify } from 'yaml';
import { findDifference } from '../rest/findDifference';
import { toAttempt } from './attempts';
import { type Expectation, type Scenario, type ScenarioStep } from './readCase';

const PROJECT = 'demo';
const ACTOR = 'user:default/tester';

/** One scenario as it runs: an engine on a database of its own, and what is remembered. */
export class EngineScenario {
  /** What is not as the scenario tells, where, and what the engine warned of; nothing when all is. */
  static async run(
    scenario: Scenario,
    database: ScenarioDatabase,
  ): Promise<string | undefined> {
    const running = new EngineScenario();
    await database.clear();
    await running.#start(database);
    try {
      const wrong = await running.#tell(scenario);
      return wrong && [wrong, ...running.#harness.log].join('\n  ');
    } finally {
      await running.#harness.stop({ keepDatabase: true });
    }
  }

  #harness!: EngineHarness;
  readonly #script = new ScriptedStep();
  readonly #metrics = new ScriptedMetrics();
  /** What the Stages' own health checks say; healthy unless told. */
  readonly #health = new Map<string, HealthState>();
  /** Real names of what scenarios call by names of their own. */
  readonly #names = new Map<string, string>();

  async #start({ knex }: ScenarioDatabase): Promise<void> {
    this.#harness = await EngineHarness.create({
      knex,
      steps: [this.#script.step],
      metricProviders: [this.#metrics.provider],
      healthCheckers: [
        {
          id: 'scripted',
          check: async ({ stage }) => ({
            status: this.#health.get(stage) ?? 'Healthy',
          }),
        },
      ],
    });
  }

  /** What is not as it must be, and at which step; nothing when all is well. */
  async #tell({ manifests, steps }: Scenario): Promise<string | undefined> {
    await this.#apply(manifests);
    await this.#harness.settle();
    for (const [index, step] of steps.entries()) {
      const wrong = await this.#take(step);
      if (wrong !== undefined) {
        return `steps[${index}] (${step.do}): ${wrong}`;
      }
    }
    return undefined;
  }

  async #take(step: ScenarioStep): Promise<string | undefined> {
    if (step.do === 'expect') {
      return this.#compare(step);
    }
    const refused = 'refused' in step ? step.refused : undefined;
    try {
      await this.#act(step);
      await this.#harness.settle();
    } catch (error) {
      const { message } = error as Error;
      if (refused !== undefined && new RegExp(refused, 'i').test(message)) {
        return undefined;
      }
      return refused === undefined
        ? message
        : `expected to be refused with ${refused}, got: ${message}`;
    }
    return refused === undefined
      ? undefined
      : `expected to be refused with ${refused}, and it was not`;
  }

  async #act(step: Exclude<ScenarioStep, Expectation>): Promise<void> {
    const harness = this.#harness;
    switch (step.do) {
      case 'apply':
        return this.#apply(step.manifests);
      case 'publish':
        return this.#publish(step);
      case 'promote': {
        const { metadata } = await harness.promote(
          step.stage,
          await this.#freightOf(step.freight),
        );
        this.#remember(step.as, metadata.name);
        return undefined;
      }
      case 'approve':
        await harness.store.patchStatus(
          {
            kind: 'Freight',
            namespace: PROJECT,
            name: await this.#freightOf(step.freight),
          },
          { approvedFor: { [step.stage]: { approvedAt: this.#now() } } },
        );
        return undefined;
      case 'verify':
        return this.#askOfVerification(ANNOTATIONS.reverify, step);
      case 'abort':
        return this.#abort(step);
      case 'refresh':
        return harness.refresh(step.kind, this.#nameOf(step.name));
      case 'delete':
        await harness.admission.delete(this.#keyOf(step), { actor: ACTOR });
        return undefined;
      case 'plan':
        this.#script.plan(step.step, ...step.attempts.map(toAttempt));
        return undefined;
      case 'answer':
        // A copy, because what is answered is taken from it and another engine is told the same.
        this.#metrics.answers[step.metric] = [...step.with];
        return undefined;
      case 'health':
        this.#health.set(step.stage, step.is as HealthState);
        return harness.refresh('Stage', step.stage);
      case 'advance':
        return harness.advance(durationToMilliseconds(step.by));
      default:
        return harness.restart();
    }
  }

  async #apply(manifests: Scenario['manifests']): Promise<void> {
    for (const manifest of manifests) {
      await this.#harness.apply(
        typeof manifest === 'string' ? manifest : stringify(manifest),
      );
    }
  }

  /** Publishes, and has every Warehouse of the image look. */
  async #publish(step: {
    image?: string;
    warehouse?: string;
    tag: string;
    as?: string;
  }): Promise<void> {
    const { tag, as } = step;
    const image = step.image ?? (await this.#imageOf(step.warehouse ?? ''));
    this.#harness.publish(image, tag);
    for (const { metadata, spec } of await this.#harness.list('Warehouse')) {
      const isWatched = spec.subscriptions.some(
        subscription => subscription.image?.repoURL === image,
      );
      if (isWatched) await this.#harness.refresh('Warehouse', metadata.name);
    }
    await this.#harness.settle();
    const made = (await this.#harness.list('Freight')).find(({ images }) =>
      images?.some(found => found.repoURL === image && found.tag === tag),
    );
    if (made) this.#remember(as, made.metadata.name);
  }

  async #imageOf(warehouse: string): Promise<string> {
    const { spec } = await this.#harness.get('Warehouse', warehouse);
    const [image] = spec.subscriptions.flatMap(
      subscription => subscription.image ?? [],
    );
    if (!image) throw new Error(`Warehouse '${warehouse}' watches no image`);
    return image.repoURL;
  }

  async #abort(step: {
    promotion?: string;
    stage?: string;
    actor?: string;
  }): Promise<void> {
    if (step.stage !== undefined) {
      await this.#askOfVerification(ANNOTATIONS.abort, {
        ...step,
        stage: step.stage,
      });
      return;
    }
    await this.#annotate('Promotion', this.#nameOf(step.promotion!), {
      [ANNOTATIONS.abort]: JSON.stringify({
        action: 'terminate',
        actor: step.actor ?? ACTOR,
      }),
    });
  }

  async #askOfVerification(
    annotation: string,
    { stage: name, actor = ACTOR }: { stage: string; actor?: string },
  ): Promise<void> {
    const stage = await this.#harness.get('Stage', name);
    const [newest] = currentFreight(stage)?.verificationHistory ?? [];
    if (!newest) {
      throw new Error(`nothing was verified in Stage '${name}'`);
    }
    await this.#annotate('Stage', name, {
      [annotation]: JSON.stringify({
        id: newest.id,
        actor,
        controlPlane: true,
      }),
    });
  }

  async #annotate(
    kind: 'Stage' | 'Promotion',
    name: string,
    annotations: Record<string, string>,
  ): Promise<void> {
    await this.#harness.store.patch(
      { kind, namespace: PROJECT, name },
      { metadata: { annotations } },
    );
  }

  async #compare(expected: Expectation): Promise<string | undefined> {
    for (const look of [
      () => this.#compareStage(expected),
      () => this.#compareFreight(expected),
      () => this.#comparePromotion(expected),
      () => this.#compareResource(expected),
      () => this.#compareHistory(expected),
    ]) {
      const wrong = await look();
      if (wrong !== undefined) return wrong;
    }
    return undefined;
  }

  async #compareStage(expected: Expectation): Promise<string | undefined> {
    if (expected.stage === undefined) return undefined;
    const stage = await this.#harness.get('Stage', expected.stage);
    const promotions = await this.#promotionsOf(expected.stage);
    const { holds, summary, holding } = expected;
    return differenceOf(
      {
        ...expected,
        summary: summary && (await this.#freightOf(summary)),
        holds: holds === null ? [] : holds && (await this.#allFreightOf(holds)),
        holding: holding && (await this.#eachFreightOf(holding)),
      },
      {
        holds: Object.values(currentFreight(stage)?.items ?? {})
          .map(({ name }) => name)
          .sort(),
        ready: conditionOf(stage, 'Ready'),
        healthy: conditionOf(stage, 'Healthy'),
        verified: conditionOf(stage, 'Verified'),
        summary: stage.status?.freightSummary,
        promotions: promotions.map(({ status }) => status?.phase ?? ''),
        verifications: (currentFreight(stage)?.verificationHistory ?? []).map(
          ({ phase }) => phase,
        ),
        holding: Object.fromEntries(
          Object.entries(stage.status?.autoPromotionHolds ?? {}).map(
            ([origin, { freightName = '' }]) => [origin, freightName],
          ),
        ),
      },
    );
  }

  async #compareFreight(expected: Expectation): Promise<string | undefined> {
    if (expected.freight === undefined) return undefined;
    const freight: Freight = await this.#harness.get(
      'Freight',
      await this.#freightOf(expected.freight),
    );
    const { verifiedIn = {}, ...status } = freight.status ?? {};
    const soaks = Object.entries(verifiedIn).flatMap(
      ([stage, { longestSoak }]) => (longestSoak ? [[stage, longestSoak]] : []),
    );
    return differenceOf(
      {
        ...expected,
        verifiedIn: expected.verifiedIn && [...expected.verifiedIn].sort(),
        currentlyIn: expected.currentlyIn && [...expected.currentlyIn].sort(),
      },
      {
        verifiedIn: Object.keys(verifiedIn).sort(),
        currentlyIn: Object.keys(status.currentlyIn ?? {}).sort(),
        approvedFor: Object.keys(status.approvedFor ?? {}).sort(),
        longestSoak: Object.fromEntries(soaks),
      },
    );
  }

  async #comparePromotion(expected: Expectation): Promise<string | undefined> {
    if (expected.promotion === undefined) return undefined;
    const { status = {} }: Promotion = await this.#harness.get(
      'Promotion',
      this.#nameOf(expected.promotion),
    );
    const { message } = expected;
    return differenceOf(
      {
        ...expected,
        message: message === undefined ? undefined : { $matches: message },
      },
      {
        phase: status.phase ?? '',
        message: status.message ?? '',
        steps: Object.fromEntries(
          (status.stepExecutionMetadata ?? []).map(step => [
            step.alias,
            step.status ?? '',
          ]),
        ),
      },
    );
  }

  async #compareResource(expected: Expectation): Promise<string | undefined> {
    const { kind, name, metadata, spec, status } = expected;
    if (kind === undefined) return undefined;
    const parts = { metadata, spec, status };
    const like =
      expected.like === undefined ? withoutUndefined(parts) : expected.like;
    const found = await this.#harness.store.find(
      this.#keyOf({ kind, name: name ?? '' }),
    );
    if (like === null) {
      return found ? `${kind} '${name}' is there` : undefined;
    }
    return found
      ? findDifference(like, found, kind)
      : `${kind} '${name}' is not there`;
  }

  async #compareHistory(expected: Expectation): Promise<string | undefined> {
    const { counts = {}, events, attempts } = expected;
    for (const [kind, count] of Object.entries(counts)) {
      const found = (await this.#harness.list(kind as KindName)).length;
      if (found !== count) return `expected ${count} of ${kind}, got ${found}`;
    }
    if (events) {
      const happened = await this.#harness.events();
      let at = -1;
      for (const reason of events) {
        at = happened.indexOf(reason, at + 1);
        if (at < 0) return `no event ${reason} in ${happened.join(', ')}`;
      }
    }
    return (
      attempts && findDifference(attempts, this.#script.attempts, 'attempts')
    );
  }

  async #promotionsOf(stage: string): Promise<Promotion[]> {
    const all = await this.#harness.list('Promotion');
    return all
      .filter(({ spec }) => spec.stage === stage)
      .sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
  }

  #keyOf({
    kind,
    name,
  }: {
    kind: string;
    name: string;
  }): ResourceKey<KindName> {
    const isOfCluster = kind === 'Project' || kind.startsWith('Cluster');
    return {
      kind: kind as KindName,
      name: this.#nameOf(name),
      namespace: isOfCluster ? '' : PROJECT,
    };
  }

  /** Its name: that of what was published as it, of its alias or of the tag of its image. */
  async #freightOf(called: string): Promise<string> {
    const remembered = this.#names.get(called);
    if (remembered !== undefined) return remembered;
    const found = (await this.#harness.list('Freight')).filter(
      ({ metadata, alias, images = [] }) =>
        metadata.name === called ||
        alias === called ||
        images.some(({ tag }) => tag === called),
    );
    return found.length === 1 ? found[0].metadata.name : called;
  }

  async #allFreightOf(called: string | string[]): Promise<string[]> {
    const names = await Promise.all(
      [called].flat().map(one => this.#freightOf(one)),
    );
    return names.sort();
  }

  async #eachFreightOf(
    called: Record<string, string>,
  ): Promise<Record<string, string>> {
    const names = Object.entries(called).map(async ([origin, one]) => [
      origin,
      await this.#freightOf(one),
    ]);
    return Object.fromEntries(await Promise.all(names));
  }

  #nameOf(name: string): string {
    return this.#names.get(name) ?? name;
  }

  #remember(as: string | undefined, name: string): void {
    if (as !== undefined) this.#names.set(as, name);
  }

  #now(): string {
    return new Date(this.#harness.clock.now()).toISOString();
  }
}

/** Of the members that both have, the first that differs. */
function differenceOf(
  expected: object,
  got: Record<string, unknown>,
): string | undefined {
  for (const [name, value] of Object.entries(got)) {
    const wanted = expected[name as keyof typeof expected] as unknown;
    // Maps are compared whole, so that nothing stands there unseen.
    const wrong =
      wanted === undefined
        ? undefined
        : findDifference(wanted, value, name) ??
          (isMap(wanted) && isMap(value) && !('$matches' in wanted)
            ? findDifference(value, wanted, name)
            : undefined);
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}

function withoutUndefined(parts: Record<string, unknown>) {
  return Object.fromEntries(
    Object.entries(parts).filter(([, part]) => part !== undefined),
  );
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function conditionOf(stage: Stage, type: string): string {
  const condition = findCondition(stage.status, type);
  return condition ? `${condition.status}/${condition.reason}` : '';
}
