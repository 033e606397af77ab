import {
  Health,
  JsonObject,
  Promotion,
  ResourceKey,
  Stage,
} from 'backstage-plugin-kargo-common';
import { Step, StepOutcome } from 'backstage-plugin-kargo-node';
import {
  FakeStepContextOptions,
  runStep,
} from 'backstage-plugin-kargo-node/testUtils';
import {
  APPLICATIONS,
  ArgoCdController,
  CustomObject,
  KubernetesServer,
  startKubernetesServer,
} from 'kargo-test';
import { z } from 'zod';
import { KubernetesArgoCds } from '../adapters/argocd/KubernetesArgoCds';
import { SystemClock } from '../adapters/system/SystemClock';
import { createArgoCdHealthChecker } from '../builtins/health-checkers/argocd-update/checker';
import { PromotionArgoCd } from '../engine/promotion/PromotionArgoCd';
import { buildArgoCds } from '../wiring/buildArgoCds';
import { ArgoCdClusterConfig } from '../wiring/readArgoCd';
import { anApplication } from './anApplication';
import { mockLogger } from './mockLogger';

/** An API server with Applications, Argo CD's controller played, and our own way to them. */
export class ArgoCdHarness {
  static async start(
    options: { onlyNamespaces?: string[] } = {},
  ): Promise<ArgoCdHarness> {
    const server = await startKubernetesServer({
      kinds: [APPLICATIONS],
      ...options,
    });
    return new ArgoCdHarness(server);
  }

  readonly controller: ArgoCdController;
  readonly argoCds: KubernetesArgoCds;
  /** Who was woken so far, as `Kind/name`. */
  readonly woken: string[] = [];
  /** Called with whoever is woken. */
  onWake: (keys: ResourceKey[]) => Promise<void> = async () => {};
  readonly warnings: string[] = [];
  signal = new AbortController().signal;

  private constructor(readonly server: KubernetesServer) {
    this.controller = new ArgoCdController(server);
    this.argoCds = this.connect([this.cluster()]);
  }

  /** How the server is configured, under a name. */
  cluster(name = 'main'): ArgoCdClusterConfig {
    const { url, token } = this.server;
    return {
      name,
      namespace: 'argocd',
      access: { kind: 'url', url, token, skipTLSVerify: false },
    };
  }

  /** Argo CDs of other clusters, or this one by another way. */
  connect(clusters: ArgoCdClusterConfig[]): KubernetesArgoCds {
    return buildArgoCds({
      clusters,
      queue: {
        markDue: async marks => {
          const keys = marks.map(({ key }) => key);
          this.woken.push(...keys.map(({ kind, name }) => `${kind}/${name}`));
          await this.onWake(keys);
        },
      },
      clock: SystemClock.create(),
      random: () => 0,
      logger: mockLogger({
        warn: (_, meta) => this.warnings.push(JSON.stringify(meta)),
      }),
    });
  }

  /** An Application that Stage `proj:dev` may change, unless told otherwise. */
  application(name: string, parts: Record<string, any> = {}): CustomObject {
    return this.server.put(anApplication(name, parts));
  }

  get(name: string): CustomObject {
    const found = this.server.find('argocd', name);
    if (!found) throw new Error(`there is no Application ${name}`);
    return found;
  }

  /** Runs a step as Promotion `p1` of Stage `dev` in project `proj`. */
  run<TSchema extends z.ZodType>(
    step: Step<TSchema, 'argocd'>,
    config: JsonObject,
    options: Partial<FakeStepContextOptions<'argocd'>> & {
      argoCds?: KubernetesArgoCds;
      shard?: string;
    } = {},
  ): Promise<StepOutcome> {
    const { argoCds = this.argoCds, shard, ...facts } = options;
    const metadata = {
      namespace: 'proj',
      uid: 'u',
      resourceVersion: '1',
      generation: 1,
      creationTimestamp: '',
    };
    const argocd = PromotionArgoCd.create({
      argoCds,
      scope: {
        promotion: {
          kind: 'Promotion',
          metadata: { ...metadata, name: 'p1' },
        } as unknown as Promotion,
        stage: {
          kind: 'Stage',
          metadata: { ...metadata, name: 'dev' },
          spec: { requestedFreight: [], ...(shard && { shard }) },
        } as unknown as Stage,
        project: 'proj',
        signal: this.signal,
      },
    });
    return runStep(step, config, { ...facts, argocd });
  }

  /** The health of Stage `dev` by a check of `argocd-update`. */
  health(apps: JsonObject[], argoCds = this.argoCds): Promise<Health> {
    return createArgoCdHealthChecker(argoCds).check(
      {
        project: 'proj',
        stage: 'dev',
        check: { uses: 'argocd-update', config: { apps } },
      },
      { signal: this.signal },
    );
  }

  async close(): Promise<void> {
    this.controller.stop();
    await this.argoCds.stop();
    await this.server.close();
  }
}
