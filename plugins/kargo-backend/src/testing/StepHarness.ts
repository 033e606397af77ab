import { JsonObject } from 'backstage-plugin-kargo-common';
import {
  AnyStep,
  ControlPlane,
  CredentialRequest,
  RepoCredentials,
  Step,
  StepCapability,
  StepFacts,
  StepOutcome,
} from 'backstage-plugin-kargo-node';
import {
  Workspace,
  WorkspaceUsage,
} from 'backstage-plugin-kargo-node/capabilities';
import { runStep } from 'backstage-plugin-kargo-node/testUtils';
import { HelmMajor, unpackTools } from 'kargo-test';
import {
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  realpath,
  rm,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  compileEgressPolicy,
  EgressPolicy,
} from '../adapters/http/EgressPolicy';
import { UndiciHttpClient } from '../adapters/http/UndiciHttpClient';
import { OciArtifacts } from '../adapters/oci/OciArtifacts';
import { CliProgramRunner } from '../adapters/programs/CliProgramRunner';
import { SystemClock } from '../adapters/system/SystemClock';
import { FolderScope } from '../ports/CapabilityFactories';
import { createHelperProcesses } from './helperProcesses';
import { offlineCapabilities } from './offlineCapabilities';
import { aPromotion, aStage } from './resourceBuilders';
import type { StepWorld } from './StepWorld';

/** What a test says about the surroundings of all its steps. */
export interface StepHarnessOptions {
  /** Major version of Helm; 4 unless told. */
  helm?: HelmMajor;
  /** Programs by name, instead of the real Helm and kubectl. */
  programs?: Record<string, string>;
  egress?: EgressPolicy;
  /** Starts what steps talk to. */
  startWorld?: (root: string) => Promise<StepWorld>;
}

/**
 * Runs steps in a Promotion's folder of their own, with the real capabilities as wiring
 * builds them: files, programs, requests. What else there is, a `StepWorld` says.
 */
export class StepHarness {
  /** Answers every search for credentials. */
  findCredentials: (request: CredentialRequest) => RepoCredentials | undefined =
    () => undefined;
  controlPlane: ControlPlane = {
    setMetadata: async () => {},
    setFreightAlias: async () => {},
    listRequestedImages: async () => [],
  };
  /** What the steps asked to be masked. */
  readonly secrets: string[] = [];
  readonly #processes = createHelperProcesses();
  #folder = '';

  static async start(options: StepHarnessOptions = {}): Promise<StepHarness> {
    const base = await realpath(
      await mkdtemp(path.join(tmpdir(), 'kargo-steps-')),
    );
    const tools = options.programs ?? (await programsOf(options.helm));
    const egress = options.egress ?? { allowLoopback: true };
    const http = UndiciHttpClient.create({ egress });
    const world = await options.startWorld?.(base);
    const harness = new StepHarness(base, tools, http, egress, world);
    await harness.reset();
    return harness;
  }

  private constructor(
    private readonly base: string,
    private readonly programs: Record<string, string>,
    private readonly http: UndiciHttpClient,
    private readonly egress: EgressPolicy,
    readonly world?: StepWorld,
  ) {
    this.artifacts = OciArtifacts.create({
      http,
      clock: SystemClock.create(),
      random: () => 0.5,
      maxPerSecond: 1_000,
      plainHttpHosts: [],
    });
  }

  private readonly artifacts: OciArtifacts;

  /** The Promotion's folder; absolute. */
  get folder(): string {
    return this.#folder;
  }

  /** An empty folder for another Promotion. */
  async reset(): Promise<void> {
    this.#folder = path.join(
      await mkdtemp(path.join(this.base, 'p-')),
      'files',
    );
    await mkdir(this.folder);
    this.secrets.length = 0;
    this.findCredentials = () => undefined;
  }

  at(name: string): string {
    return path.join(this.folder, name);
  }

  async write(files: Record<string, string | Uint8Array>): Promise<void> {
    for (const [name, content] of Object.entries(files)) {
      await mkdir(path.dirname(this.at(name)), { recursive: true });
      await writeFile(this.at(name), content);
    }
  }

  read(name: string): Promise<string> {
    return readFile(this.at(name), 'utf8');
  }

  /** Paths of all files below a folder, sorted. */
  async list(folder = '.'): Promise<string[]> {
    const entries = await readdir(this.at(folder), {
      recursive: true,
      withFileTypes: true,
    });
    return entries
      .filter(entry => !entry.isDirectory())
      .map(entry =>
        path.relative(this.at(folder), path.join(entry.parentPath, entry.name)),
      )
      .sort();
  }

  /** What the steps left in the engine's own folder, where nothing is to stay. */
  async leftovers(): Promise<string[]> {
    const entries = await readdir(this.privateDir, { recursive: true }).catch(
      () => [],
    );
    return entries.filter(name => name.includes('home-'));
  }

  async run(
    step: AnyStep,
    config: JsonObject,
    facts: Partial<StepFacts> = {},
  ): Promise<StepOutcome> {
    const signal = facts.signal ?? new AbortController().signal;
    const scope = await this.#scope(signal, facts.alias);
    const capabilities = {
      ...this.#factories(),
      controlPlane: () => this.controlPlane,
      secrets: () => ({ find: async () => undefined }),
    };
    const given = Object.fromEntries(
      (step.needs ?? []).map(name => [name, capabilities[name](scope)]),
    );
    return runStep(
      step as unknown as Step<Step['config'], StepCapability>,
      config,
      {
        ...facts,
        ...given,
        signal,
      },
    );
  }

  async close(): Promise<void> {
    await this.world?.close();
    await this.http.close();
    await this.#processes.stop();
    await rm(this.base, { recursive: true, force: true });
  }

  private get privateDir(): string {
    return path.join(path.dirname(this.folder), 'engine');
  }

  #factories() {
    return offlineCapabilities({
      artifacts: this.artifacts,
      clock: SystemClock.create(),
      credentials: { find: async request => this.findCredentials(request) },
      http: this.http,
      programs: CliProgramRunner.create({
        programs: this.programs,
        searchPath: '/usr/bin:/bin',
        processes: this.#processes,
        egress: compileEgressPolicy(this.egress),
      }),
      ...this.world?.capabilities(this.http),
    });
  }

  async #scope(signal: AbortSignal, alias = 'step-1'): Promise<FolderScope> {
    const usage = new WorkspaceUsage();
    const { privateDir } = this;
    return {
      promotion: aPromotion('p1'),
      stage: aStage({ metadata: { name: 'dev', namespace: 'proj' } }),
      project: 'proj',
      alias,
      workspace: { dir: this.folder, privateDir },
      files: await Workspace.create({
        root: this.folder,
        scratch: path.join(privateDir, 'tmp'),
        usage,
        signal,
      }),
      signal,
      secrets: this.secrets,
      unmasked: false,
      keepSecret: value => this.secrets.push(value),
    };
  }
}

async function programsOf(helm?: HelmMajor): Promise<Record<string, string>> {
  const tools = await unpackTools({ helm });
  return { helm: tools.helm, kubectl: tools.kubectl, kustomize: 'kustomize' };
}
