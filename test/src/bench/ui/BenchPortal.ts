import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type OciRegistry, startOciRegistry } from '../../world/ociRegistry';
import { repositoryRoot } from '../../world/paths';
import { type Portal, startPortal } from '../../world/portal';
import {
  type BenchStage,
  type BenchSubject,
  newFreightOf,
  oldFreightOf,
  pipelineOf,
  repositoryOf,
  services,
  stagesOf,
} from './manifests';
import { SlowSteps } from './SlowSteps';

/** Promotions that run at the same time while the page is live. */
const RUNNING = 60;
const STEP_MS = 1_000;

interface Stage {
  readonly metadata: { readonly name: string };
  readonly status?: {
    readonly freightHistory?: ReadonlyArray<unknown>;
    readonly currentPromotion?: unknown;
  };
}

interface Freight {
  readonly metadata: { readonly name: string };
  readonly origin: { readonly name: string };
  readonly images: ReadonlyArray<{ readonly tag: string }>;
}

/**
 * A portal with generated projects, filled over HTTP and nothing else, so that the
 * interface of every commit can be shown the same.
 */
export class BenchPortal {
  static async start(): Promise<BenchPortal> {
    const folder = await mkdtemp(join(tmpdir(), 'kargo-bench-ui-'));
    const registry = await startOciRegistry();
    const steps = await SlowSteps.start();
    try {
      const portal = await startPortal({
        stateDir: folder,
        extraConfig: {
          // By its folder: modules of another commit are links, whose `app` is this tree's.
          app: { packageName: join(repositoryRoot, 'packages', 'app') },
          kargo: { concurrency: { promotions: RUNNING } },
        },
      });
      return new BenchPortal(folder, registry, steps, portal);
    } catch (error) {
      // Servers that go on listening would keep the benchmark from ending.
      await Promise.all([registry.close(), steps.close()]);
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
  }

  private constructor(
    private readonly folder: string,
    private readonly registry: OciRegistry,
    private readonly steps: SlowSteps,
    readonly portal: Portal,
  ) {}

  /**
   * Makes a project whose Stages all run something, and may all get something newer.
   *
   * @param stages - how many, a multiple of ten
   */
  async fill(stages: number): Promise<BenchSubject> {
    const subject: BenchSubject = {
      project: `bench-${stages}`,
      stages,
      registry: this.registry.host,
      stepsURL: this.steps.url,
    };
    for (const service of services) {
      this.registry.pushImage({
        repository: repositoryOf(service),
        tag: '1.0.0',
      });
    }
    await this.#apply(pipelineOf(subject));
    await Promise.all(
      services.map(service => this.#apply(oldFreightOf(subject, service))),
    );
    await this.#approve(subject, '1.98.0');
    const run = await this.#freight(subject, '1.98.0');
    for (const stage of stagesOf(subject)) {
      await this.#promote(subject, stage, run);
    }
    await this.#untilAllRunSomething(subject);
    await Promise.all(
      services.map(service => this.#apply(newFreightOf(subject, service))),
    );
    await this.#approve(subject, '2.0.0');
    return subject;
  }

  /**
   * Keeps Promotions running, the next as soon as one ends, through all Stages in turn.
   *
   * @returns once as many run as shall, a function that starts no more of them
   */
  async keepPromoting(subject: BenchSubject): Promise<() => Promise<void>> {
    const stages = stagesOf(subject);
    const freight = await this.#freight(subject, '1.98.0');
    const started: Array<Promise<void>> = [];
    let isStopped = false;
    const promoteNext = () => {
      if (isStopped) return;
      const stage = stages[started.length % stages.length];
      this.steps.onceEnded(promoteNext);
      started.push(this.#promote(subject, stage, freight));
    };
    this.steps.answerAfterMs = STEP_MS;
    const before = this.steps.asked;
    for (let running = 0; running < RUNNING; running += 1) {
      promoteNext();
    }
    await Promise.all(started);
    while (this.steps.asked - before < RUNNING) {
      await delay(20);
    }
    return async () => {
      isStopped = true;
      this.steps.answerAfterMs = 0;
      await Promise.all(started);
    };
  }

  async stop(): Promise<void> {
    await this.portal.close();
    await Promise.all([this.registry.close(), this.steps.close()]);
    await rm(this.folder, { recursive: true, force: true });
  }

  async #approve(subject: BenchSubject, tag: string): Promise<void> {
    const freight = await this.#freight(subject, tag);
    const stages = stagesOf(subject);
    // Of one piece of Freight one after the other: each writes into the same resource.
    await Promise.all(
      services.map(async service => {
        for (const { name } of stages.filter(s => s.service === service)) {
          await this.#ask(
            'POST',
            `projects/${subject.project}/freight/${freight[service]}/approve?stage=${name}`,
          );
        }
      }),
    );
  }

  async #promote(
    { project }: BenchSubject,
    { name, service }: BenchStage,
    freight: Readonly<Record<string, string>>,
  ): Promise<void> {
    await this.#ask('POST', `projects/${project}/stages/${name}/promotions`, {
      freight: freight[service],
    });
  }

  /** Names of the Freight of a version, by service. */
  async #freight(
    { project }: BenchSubject,
    tag: string,
  ): Promise<Record<string, string>> {
    const { groups } = (await this.#ask(
      'GET',
      `projects/${project}/freight`,
    )) as { groups: Record<string, { items: Freight[] }> };
    const found = Object.values(groups)
      .flatMap(({ items }) => items)
      .filter(({ images }) => images[0].tag === tag);
    return Object.fromEntries(
      found.map(({ origin, metadata }) => [origin.name, metadata.name]),
    );
  }

  async #untilAllRunSomething({ project }: BenchSubject): Promise<void> {
    for (;;) {
      const { items } = (await this.#ask(
        'GET',
        `projects/${project}/stages`,
      )) as { items: Stage[] };
      const isDone = items.every(
        ({ status }) =>
          status?.freightHistory?.length && !status.currentPromotion,
      );
      if (isDone) return;
      await delay(500);
    }
  }

  async #apply(yaml: string): Promise<void> {
    const { results } = (await this.#ask('POST', 'resources', yaml)) as {
      results: Array<{ error?: string }>;
    };
    const problems = results.flatMap(({ error }) => error ?? []);
    if (problems.length > 0) {
      throw new Error(problems.join('; '));
    }
  }

  /** Asks Kargo's API; a text is sent as YAML, an object as JSON. */
  async #ask(
    method: string,
    path: string,
    body?: string | object,
  ): Promise<unknown> {
    const isText = typeof body === 'string';
    const response = await this.portal.fetch(`/api/kargo/v1beta1/${path}`, {
      method,
      ...(body !== undefined && {
        headers: {
          'content-type': isText ? 'application/yaml' : 'application/json',
        },
        body: isText ? body : JSON.stringify(body),
      }),
    });
    const text = await response.text();
    if (!response.ok) {
      throw new Error(`${method} ${path}: ${text}`);
    }
    return text === '' ? undefined : JSON.parse(text);
  }
}
