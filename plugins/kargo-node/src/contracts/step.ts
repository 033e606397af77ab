import { LoggerService } from '@backstage/backend-plugin-api';
import {
  FreightCollection,
  FreightReference,
  FreightRequest,
  HealthCheck,
  JsonObject,
} from 'backstage-plugin-kargo-common';
import { z } from 'zod';
import { StepArgoCd } from './argocd';
import { CredentialRequest, RepoCredentials } from './credential';
import { StepFiles } from './files';
import { StepGit } from './git';
import { HttpClient } from './http';
import { StepOci } from './oci';
import { StepPrograms } from './programs';
import { StepPullRequests } from './pullRequests';
import { StepSecrets } from './secrets';

/**
 * What one attempt of a step came to.
 *
 * @remarks
 * A thrown error means the attempt broke and may be tried again; `TerminalError` means
 * never. `output` is recorded whatever the outcome and replaces the previous output of
 * the step: a step that remembers something there answers `broken` instead of throwing.
 *
 * @public
 */
export type StepOutcome =
  | {
      kind: 'succeeded';
      message?: string;
      output?: JsonObject;
      healthCheck?: HealthCheck;
    }
  | { kind: 'skipped'; reason: string; output?: JsonObject }
  | {
      kind: 'waiting';
      reason: string;
      /** Milliseconds until the next look; raised to at least 10 seconds. */
      checkAgainInMs?: number;
      output?: JsonObject;
    }
  | {
      kind: 'failed';
      reason: string;
      /** Whether another attempt is pointless. */
      final: boolean;
      output?: JsonObject;
    }
  /** As if the error had been thrown. */
  | { kind: 'broken'; error: unknown; output: JsonObject };

/** Changes to Kargo resources that steps may ask for. @public */
export interface ControlPlane {
  /** Merges keys into `status.metadata` of a Stage or of Freight. */
  setMetadata(
    target: { kind: 'Stage' | 'Freight'; name: string },
    values: JsonObject,
  ): Promise<void>;
  /** Gives Freight another alias; throws ConflictError when it is taken. */
  setFreightAlias(freight: string, alias: string): Promise<void>;
  /**
   * Image repositories that the requested Warehouses of the Stage subscribe to; each is
   * named once per Warehouse, so that a repeated one has several sources.
   */
  listRequestedImages(): Promise<string[]>;
}

/** Credentials of the Promotion's project. @public */
export interface StepCredentials {
  /**
   * `undefined` when nothing matches: the remote is asked anonymously. What is found is
   * from then on masked in what the step says.
   */
  find(
    request: Omit<CredentialRequest, 'project'>,
  ): Promise<RepoCredentials | undefined>;
}

/**
 * Everything by which a step can touch the world; see `needs` of {@link Step}.
 *
 * @remarks
 * All of it is bound to the attempt: to the Promotion's folder and project, and to the
 * step's signal.
 *
 * @public
 */
export interface StepCapabilities {
  /** The Argo CD that serves the Promotion's Stage. */
  argocd: StepArgoCd;
  /** Kargo's own resources. */
  controlPlane: ControlPlane;
  credentials: StepCredentials;
  files: StepFiles;
  git: StepGit;
  /** Requests that obey the portal's rules for outgoing ones. */
  http: HttpClient;
  oci: StepOci;
  programs: StepPrograms;
  pullRequests: StepPullRequests;
  secrets: StepSecrets;
}

/** The name of a capability. @public */
export type StepCapability = keyof StepCapabilities;

/** What every step is told. @public */
export interface StepFacts {
  project: string;
  stage: string;
  promotion: string;
  /** The Promotion's unique id: of no other, also not of one of the same name. */
  promotionUid: string;
  /** Alias of this step, `<task>::<step>` inside a task. */
  alias: string;
  /** Who created the Promotion; empty for automation. */
  actor?: string;
  /**
   * Fires on shutdown, abort, lost lease and at the end of the step's time. Capabilities
   * know it; pass it on to everything else that waits.
   */
  signal: AbortSignal;
  logger: LoggerService;
  /** Epoch milliseconds on the engine's clock. */
  now(): number;
  /** When this step's first attempt began, or earlier where a crash has hidden it; epoch milliseconds. */
  startedAt: number;
  /** Whether this step began before, and may have acted although nobody heard of it. */
  isRepeated: boolean;
  /**
   * Whether what an earlier attempt of this step has left in the Promotion's folder may be
   * there: not in a folder that was made anew since.
   */
  mayFindOwnFiles: boolean;
  /** Outputs by alias of everything that ran so far; a copy. */
  outputs: JsonObject;
  /** This step's own output of an earlier attempt, also of one before a restart. */
  previousOutput?: JsonObject;
  /** Freight being promoted. */
  targetFreight: FreightReference & { alias?: string };
  /** Target plus what the Stage keeps from other origins. */
  freight: FreightCollection;
  freightRequests: FreightRequest[];
  /** Base URL of the portal's Kargo pages, without trailing slash. */
  uiBaseURL?: string;
}

/**
 * What a step has to do with the Promotion's folder: nothing, it only reads there, or what
 * it leaves there is what later steps work with.
 *
 * @public
 */
export type WorkspaceUse = 'none' | 'reads' | 'writes';

/** The capabilities by which a step can change the Promotion's folder. @public */
export const FOLDER_CAPABILITIES = ['files', 'git', 'oci', 'programs'] as const;

/** @see FOLDER_CAPABILITIES @public */
export type FolderCapability = (typeof FOLDER_CAPABILITIES)[number];

/**
 * Says what a step has to do with the Promotion's folder: a must for one that can reach it.
 *
 * @remarks
 * Decides what is repeated when the folder is lost, by a restart elsewhere, and when a
 * Promotion is retried from a later step: the steps that write there, and no others,
 * whose outputs are kept. One that reads there and acts on the world, as a push does,
 * says `reads`. Nobody else can tell the two apart, so there is no default: a wrong one
 * would act on the world twice, or let later steps find an empty folder.
 *
 * @public
 */
export type WorkspaceDeclaration<TNeeds extends StepCapability> = [
  Extract<TNeeds, FolderCapability>,
] extends [never]
  ? { readonly workspace?: 'none' }
  : { readonly workspace: WorkspaceUse };

/** What a step is told, and exactly the capabilities that it declared. @public */
export type StepContext<TNeeds extends StepCapability = never> = StepFacts &
  Pick<StepCapabilities, TNeeds>;

/** What every kind of step declares, whatever it needs; see {@link Step}. @public */
export interface StepDeclaration<
  TSchema extends z.ZodType,
  TNeeds extends StepCapability,
> {
  /** What `uses` names. */
  readonly id: string;
  /** One sentence for people. */
  readonly description: string;
  readonly config: TSchema;
  readonly defaults?: {
    /** Milliseconds; absent means no limit. */
    timeoutMs?: number;
    errorThreshold?: number;
  };
  /** The capabilities that `run` finds in its context; without one it can only compute. */
  readonly needs?: readonly TNeeds[];
  /**
   * Fields of the configuration without which a step that `reads` has nothing to do with the
   * Promotion's folder; absent when it always reads there.
   */
  readonly readsBy?: readonly string[];
  /**
   * Has dry runs leave the step out. For one that acts on the world by a client of its own,
   * which nobody holds back.
   */
  readonly dryRun?: 'skip';
  /** Merges the output also into the outputs of the surrounding task. */
  readonly propagatesOutput?: boolean;
  run(
    config: z.output<TSchema>,
    context: StepContext<TNeeds>,
  ): Promise<StepOutcome>;
}

/**
 * A kind of promotion step.
 *
 * @remarks
 * A plain value: what it works with comes with the context of each attempt, as far as
 * `needs` names it. A step must be safe to run again: a restart repeats it with the
 * previous outputs visible. One with an outside effect first looks whether the effect is
 * already there.
 *
 * @public
 */
export type Step<
  TSchema extends z.ZodType = z.ZodType,
  TNeeds extends StepCapability = StepCapability,
> = StepDeclaration<TSchema, TNeeds> & WorkspaceDeclaration<TNeeds>;

/** A step whose types are no longer of interest, as registries hold them. @public */
export type AnyStep = Omit<
  StepDeclaration<z.ZodType, StepCapability>,
  'run' | 'needs'
> & {
  readonly needs?: readonly StepCapability[];
  readonly workspace?: WorkspaceUse;
  run(
    config: never,
    context: StepContext<StepCapability>,
  ): Promise<StepOutcome>;
};

/** Declares a step; the config type is inferred from its schema. @public */
export function createStep<
  TSchema extends z.ZodType,
  TNeeds extends StepCapability = never,
>(
  step: Step<TSchema, TNeeds>,
  // What a step needs is what it says, not what the place it is written to could give.
): Step<TSchema, NoInfer<TNeeds>> {
  return step;
}
