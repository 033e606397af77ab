import { LoggerService } from '@backstage/backend-plugin-api';
import {
  Draft,
  KargoEvent,
  KindName,
  Promotion,
  Resource,
  ResourceKey,
} from 'backstage-plugin-kargo-common';
import {
  AnyMetricProvider,
  AnyStep,
  AnySubscriptionType,
  AnyWebhookReceiverType,
  CredentialsLookup,
  HealthChecker,
  HttpClient,
} from 'backstage-plugin-kargo-node';
import { ParsedManifest } from '../../logic/admission/ParsedManifest';
import {
  RetentionCandidate,
  RetentionPolicyName,
} from '../../logic/retention/retentionSieve';
import {
  CapabilityFactories,
  EngineCapability,
} from '../../ports/CapabilityFactories';
import { Clock } from '../../ports/Clock';
import { CredentialVersions } from '../../ports/CredentialVersions';
import { DelegatedAnalyses } from '../../ports/DelegatedAnalyses';
import { EventSink } from '../../ports/EventSink';
import { Ids } from '../../ports/Ids';
import { JobRunner } from '../../ports/JobRunner';
import { Requester } from '../../ports/ResourceAdmission';
import { ResourceChange, Wakeup } from '../../ports/Changes';
import { Crowd, IndexedStore } from '../../ports/ResourceIndex';
import { SecretSealer } from '../../ports/SecretSealer';
import { WebhookDeliveries } from '../../ports/WebhookDeliveries';
import { Workspaces } from '../../ports/Workspaces';
import { AliasSource } from '../admission/AliasSource';
import { Promotions } from '../admission/Promotions';
import { StepExpressions } from '../promotion/StepExpressions';
import { Controller } from '../runtime/Controller';
import { EngineProgress } from '../runtime/progress';

/** A change whose resources are of a known type. */
export interface KindChange<T extends Resource> extends ResourceChange {
  before?: T;
  after?: T;
}

/** What the rules of a kind may look up or call while something is admitted. */
export interface AdmissionServices {
  store: IndexedStore;
  promotions: Promotions;
  aliases: AliasSource;
  events: EventSink;
  ids: Ids;
  clock: Clock;
}

/** What is special about writing a kind from outside. Everything else is the same for all. */
export interface KindAdmission<T extends Resource> {
  /** Whether it may lie in a shared namespace, which has no Project. */
  readonly isShareable?: boolean;
  /**
   * Checks something new beyond its schema. Pure.
   *
   * @param isShared - tells whether a namespace is kept for what is shared
   * @throws InvalidResourceError
   */
  checkNew?(
    manifest: ParsedManifest,
    isShared: (namespace: string) => boolean,
  ): void;
  /**
   * What it names and nobody has made yet, a sentence each, of which its author is warned.
   *
   * @param isThere - tells whether one exists, or is taken for made
   */
  findMissing?(
    draft: Draft<T>,
    isThere: (key: ResourceKey) => Promise<boolean>,
  ): Promise<string[]>;
  /** The name that goes by what it holds, whatever its manifest calls it. Pure. */
  nameByContent?(draft: Draft<T>): string;
  /** Derived fields of what is about to be stored. Pure. */
  complete?(draft: Draft<T>): Draft<T>;
  /** What something new remembers of its making. Pure. */
  stamp?(draft: Draft<T>, requester: Requester): Draft<T>;
  /** What a replace takes from the stored resource instead of the manifest. Pure. */
  keep?(draft: Draft<T>, stored: T): Draft<T>;
  /** @throws InvalidResourceError, ConflictError */
  checkUpdate?(
    draft: Draft<T>,
    stored: T,
    services: AdmissionServices,
  ): Promise<void>;
  /**
   * Creates it, where that is more than storing it.
   *
   * @throws InvalidResourceError, NotFoundError, ConflictError
   */
  create?(
    draft: Draft<T>,
    requester: Requester,
    services: AdmissionServices,
  ): Promise<T>;
}

/** How a kind goes. */
export interface KindDeletion<T extends Resource> {
  /** Whether its controller cleans up before it may go: it is made with Kargo's finalizer. */
  readonly isCleanedUp?: boolean;
  /** @throws NotAllowedError that names what needs the resource */
  mayDelete?(key: ResourceKey, services: AdmissionServices): Promise<void>;
  /** Tells that somebody deletes it; recorded with that. */
  announce?(
    last: T,
    requester: Requester,
    services: AdmissionServices,
  ): Draft<KargoEvent>;
}

/** What the rules of a kind may look up or call while old resources are deleted. */
export interface RetentionServices {
  store: IndexedStore;
  /** Keeps a Promotion in the audit log before it is deleted. */
  recordPromotion(promotion: Promotion): Promise<void>;
}

/** Tells of members of a group who needs them. */
export type RetentionJudge<T extends Resource> = (
  member: T,
) => Pick<RetentionCandidate, 'isInUse' | 'isProtected'>;

/** What holds in one run beside age and number; what is looked up may be kept till its end. */
export interface RetentionRules<T extends Resource> {
  /** Looks up who needs what of a group. Asked once its oldest member is old enough to go. */
  loadJudge(
    group: Pick<Crowd, 'namespace' | 'value'>,
    oldest: T,
  ): Promise<RetentionJudge<T>>;
  /** Does what must be done before one goes; tells whether it may. */
  beforeDelete?(resource: T): Promise<boolean>;
}

/** Which resources of a kind go by themselves when they are old. */
export interface KindRetention<T extends Resource> {
  /** Which policy of the configuration holds for it. */
  readonly policy: RetentionPolicyName;
  /** The index whose values are groups in each namespace that keep some each; one group of all unless told. */
  readonly groupBy?: string;
  /** The sort key by which the oldest comes first. */
  readonly orderBy: string;
  /** Since when it is there, RFC 3339. Pure. */
  since(resource: T): string;
  /** Nobody needs any when absent. */
  begin?(services: RetentionServices): RetentionRules<T>;
}

/** What controllers are made of. Durations in milliseconds. */
export interface ControllerServices extends AdmissionServices {
  random: () => number;
  logger: LoggerService;
  progress: EngineProgress;
  workspaces: Workspaces;
  credentials: CredentialsLookup;
  credentialVersions: CredentialVersions;
  /** What steps may touch the world with, but for the control plane, which is the engine's own. */
  capabilities: Omit<CapabilityFactories, EngineCapability>;
  /** Keeps what outputs of steps hold of secrets. */
  sealer: SecretSealer;
  steps: ReadonlyMap<string, AnyStep>;
  expressions: StepExpressions;
  subscriptionTypes: ReadonlyMap<string, AnySubscriptionType>;
  healthCheckers: ReadonlyMap<string, HealthChecker>;
  metricProviders: ReadonlyMap<string, AnyMetricProvider>;
  receiverTypes: ReadonlyMap<string, AnyWebhookReceiverType>;
  /** The plugin's own address, as senders of webhooks reach it. */
  webhookBaseURL: string;
  webhookDeliveries: WebhookDeliveries;
  /** Requests that end with a signal. */
  http(signal: AbortSignal): HttpClient;
  jobRunner: JobRunner;
  /** Who runs AnalysisRuns, if not the engine itself. */
  rollouts?: DelegatedAnalyses;
  sharedNamespace: string;
  uiBaseURL?: string;
  minimumDiscoveryIntervalMs: number;
}

/** Groups of controllers that share a number of workers. */
export type WorkerPoolName =
  | 'jobs'
  | 'stages'
  | 'promotions'
  | 'verifications'
  | 'warehouses';

/** Who brings a kind to where it should be. */
export interface KindController<T extends Resource> {
  readonly pool: WorkerPoolName;
  create(services: ControllerServices): Controller;
  /** The resources that a sweep marks, by index; all of them when absent. */
  readonly sweep?: { name: string; value: string };
  /**
   * Annotations that ask for another look: what each asks for, or `undefined` for
   * nothing. Pure.
   */
  readonly requests?: Record<string, (value: string) => string | undefined>;
  /** Whether its labels matter to it, so that a change of them asks for another look. */
  readonly readsLabels?: boolean;
  /** Whether a new one has nothing to do yet. Pure. */
  isIdle?(resource: T): boolean;
}

/**
 * Everything the engine knows about a kind, in one folder of `engine/kinds`.
 *
 * @remarks
 * The machines (admission, indexes, wake-ups, sweep, retention) ask the module of a
 * resource's kind and hold no kind's rules themselves. Members are pure unless they are
 * handed services.
 */
export interface KindModule<T extends Resource = Resource> {
  readonly kind: KindName;
  readonly admission?: KindAdmission<T>;
  readonly deletion?: KindDeletion<T>;
  readonly retention?: KindRetention<T>;
  /** Values by which resources are found, written with every resource. */
  readonly indexes?: Record<string, (resource: T) => string[]>;
  /** Values by which lists are ordered. */
  readonly sortKeys?: Record<string, (resource: T) => string>;
  /** Indexes whose values no two resources of a namespace hold. */
  readonly uniqueIndexes?: readonly string[];
  /**
   * Who beside its own controller must look because of a change. Pure.
   *
   * @param sharedNamespace - where what all projects share lies
   */
  wakeOthers?(change: KindChange<T>, sharedNamespace: string): Wakeup[];
  readonly controller?: KindController<T>;
}

/**
 * Declares a kind.
 *
 * @remarks The machines hand a module only resources of its kind, which is what the cast
 * rests on.
 */
export function defineKind<T extends Resource>(
  module: KindModule<T>,
): KindModule {
  return module as unknown as KindModule;
}
