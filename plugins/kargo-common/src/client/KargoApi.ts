import { Explanation } from '../model/reasons';
import { AnalysisRun, AnalysisTemplate } from '../model/Analysis';
import { KargoEvent } from '../model/core';
import { Freight } from '../model/Freight';
import { JsonObject } from '../model/json';
import { Resource } from '../model/metadata';
import { Project } from '../model/Project';
import { ProjectConfig } from '../model/ProjectConfig';
import { Promotion } from '../model/Promotion';
import { PromotionTask } from '../model/PromotionTask';
import { Stage } from '../model/Stage';
import { Warehouse } from '../model/Warehouse';
import type { KargoRequestError } from './KargoRequestError';

/** A list as the Kubernetes API writes it. @public */
export interface ResourceList<T> {
  apiVersion: string;
  kind: string;
  metadata: { resourceVersion: string };
  items: T[];
}

/** One page of projects. @public */
export interface ProjectPage {
  items: Project[];
  total: number;
}

/** Freight in groups; ungrouped Freight stands under `''`. @public */
export interface FreightGroups {
  groups: Record<string, { items: Freight[] }>;
  /** Empty when the set was computed and cannot be watched. */
  resourceVersion: string;
}

/** Which projects to list. `page` counts from 0. @public */
export interface ListProjectsRequest {
  /** Part of the name. */
  filter?: string;
  /** Only projects that name the caller explicitly. */
  mine?: boolean;
  uids?: string[];
  pageSize?: number;
  page?: number;
}

/** Which Freight to list. @public */
export interface QueryFreightRequest {
  /** Only what may be promoted to this Stage. */
  stage?: string;
  /** Names of Warehouses. */
  origins?: string[];
  groupBy?: 'image_repo' | 'git_repo' | 'chart_repo';
  group?: string;
  orderBy?: 'first_seen' | 'tag';
  reverse?: boolean;
}

/** What to promote: exactly one of the three. @public */
export type PromoteRequest =
  | { freight: string }
  | { freightAlias: string }
  /** `Warehouse/<name>`: whatever automation would choose now; lifts a hold. */
  | { origin: string };

/** Promotions that one request created; `errors` when some could not be. @public */
export interface PromoteDownstreamResponse {
  promotions: Promotion[];
  errors?: string[];
}

/** What became of one manifest. @public */
export interface ResourceResult {
  createdResourceManifest?: JsonObject;
  updatedResourceManifest?: JsonObject;
  deletedResourceManifest?: JsonObject;
  error?: string;
}

/** A link that project configuration declares. @public */
export interface ResourceLink {
  title: string;
  url: string;
  description?: string;
}

/** Whether the caller may do something; the reason is for people. @public */
export interface AccessVerdict {
  allowed: boolean;
  reason?: string;
}

/** What the caller may do in one project. @public */
export interface ProjectAccess {
  project: { manage: AccessVerdict };
  stages: Record<
    string,
    {
      promote: AccessVerdict;
      approve: AccessVerdict;
      /** Entity references of the people and groups who may. */
      owners?: string[];
    }
  >;
  /**
   * References of catalog entities that name the project, while neither it nor one of its
   * Stages confirms them, so that their owners own nothing here. Whoever may not manage
   * the project sees only their own.
   */
  unconfirmedEntities?: string[];
}

/** One change of one resource. @public */
export interface WatchEvent<T> {
  type: 'ADDED' | 'MODIFIED' | 'DELETED';
  object: T;
}

/** Kinds that can be watched. @public */
export interface WatchedKinds {
  stages: Stage;
  warehouses: Warehouse;
  freight: Freight;
  promotions: Promotion;
}

/** What to watch: a list, or one resource by name. @public */
export interface WatchRequest<K extends keyof WatchedKinds> {
  project: string;
  kind: K;
  name?: string;
  /** Promotions of one Stage only. */
  stage?: string;
  /** Names of Warehouses, for Freight and Stages. */
  origins?: string[];
  /** Where to continue; from a list or an earlier event. */
  resourceVersion?: string;
}

/** Watches that share a stream, by what the caller names them. @public */
export type NamedWatches = Record<string, WatchRequest<keyof WatchedKinds>>;

/**
 * What arrives for one of several watches: a change, how far it has come without one, or
 * why it ended. `resourceVersion` is where to go on from.
 *
 * @public
 */
export type NamedWatchEvent<W extends NamedWatches = NamedWatches> = {
  [Id in keyof W]:
    | (WatchEvent<WatchedKinds[W[Id]['kind']] & Resource> & {
        id: Id;
        resourceVersion: string;
      })
    | { id: Id; type: 'BOOKMARK'; resourceVersion: string }
    | { id: Id; type: 'ERROR'; error: KargoRequestError };
}[keyof W];

/** How to watch. @public */
export interface WatchOptions {
  signal?: AbortSignal;
  /** The server accepted the watch. */
  onOpen?: () => void;
  /** Something arrived, if only a keep-alive. */
  onActivity?: () => void;
}

/** Whether the engine of the answering replica works. @public */
export interface EngineHealth {
  state: 'starting' | 'running' | 'impaired' | 'stopped';
  /** Since when, RFC 3339. */
  since: string;
  /** What is wrong and what happens next; absent while it runs. */
  message?: string;
}

/** Options of every request. @public */
export interface RequestOptions {
  signal?: AbortSignal;
}

/**
 * Everything that the interface and programs ask of Kargo. Refused and failed
 * requests reject with a `KargoRequestError`.
 *
 * @public
 */
export interface KargoApi {
  getEngineHealth(options?: RequestOptions): Promise<EngineHealth>;
  listProjects(
    request?: ListProjectsRequest,
    options?: RequestOptions,
  ): Promise<ProjectPage>;
  getProject(project: string, options?: RequestOptions): Promise<Project>;
  deleteProject(project: string, options?: RequestOptions): Promise<void>;
  getProjectConfig(
    project: string,
    options?: RequestOptions,
  ): Promise<ProjectConfig>;
  refreshProjectConfig(
    project: string,
    options?: RequestOptions,
  ): Promise<void>;
  getAccess(project: string, options?: RequestOptions): Promise<ProjectAccess>;
  listEvents(
    project: string,
    options?: RequestOptions,
  ): Promise<ResourceList<KargoEvent>>;

  listWarehouses(
    project: string,
    options?: RequestOptions,
  ): Promise<ResourceList<Warehouse>>;
  getWarehouse(
    project: string,
    name: string,
    options?: RequestOptions,
  ): Promise<Warehouse>;
  deleteWarehouse(
    project: string,
    name: string,
    options?: RequestOptions,
  ): Promise<void>;
  refreshWarehouse(
    project: string,
    name: string,
    options?: RequestOptions,
  ): Promise<void>;

  /** All Freight, ungrouped, newest first. */
  listFreight(
    project: string,
    options?: RequestOptions,
  ): Promise<{ items: Freight[]; resourceVersion: string }>;
  queryFreight(
    project: string,
    request: QueryFreightRequest,
    options?: RequestOptions,
  ): Promise<FreightGroups>;
  getFreight(
    project: string,
    nameOrAlias: string,
    options?: RequestOptions,
  ): Promise<Freight>;
  deleteFreight(
    project: string,
    nameOrAlias: string,
    options?: RequestOptions,
  ): Promise<void>;
  patchFreightAlias(
    project: string,
    nameOrAlias: string,
    newAlias: string,
    options?: RequestOptions,
  ): Promise<void>;
  approveFreight(
    project: string,
    nameOrAlias: string,
    stage: string,
    options?: RequestOptions,
  ): Promise<void>;
  listFreightLinks(
    project: string,
    nameOrAlias: string,
    options?: RequestOptions,
  ): Promise<ResourceLink[]>;

  listStages(
    project: string,
    options?: RequestOptions,
  ): Promise<ResourceList<Stage>>;
  /** Why a Stage does not hold the newest Freight or is not ready. */
  explainStage(
    project: string,
    name: string,
    options?: RequestOptions,
  ): Promise<Explanation>;
  /** Why Freight is, or is not, promoted to a Stage. */
  explainFreight(
    project: string,
    stage: string,
    nameOrAlias: string,
    options?: RequestOptions,
  ): Promise<Explanation>;
  /** What a Promotion waits for or does. */
  explainPromotion(
    project: string,
    name: string,
    options?: RequestOptions,
  ): Promise<Explanation>;
  /** Why a Warehouse makes no Freight, and when it looks again. */
  explainWarehouse(
    project: string,
    name: string,
    options?: RequestOptions,
  ): Promise<Explanation>;
  getStage(
    project: string,
    name: string,
    options?: RequestOptions,
  ): Promise<Stage>;
  deleteStage(
    project: string,
    name: string,
    options?: RequestOptions,
  ): Promise<void>;
  refreshStage(
    project: string,
    name: string,
    options?: RequestOptions,
  ): Promise<void>;
  listStageLinks(
    project: string,
    name: string,
    options?: RequestOptions,
  ): Promise<ResourceLink[]>;
  verifyStage(
    project: string,
    name: string,
    options?: RequestOptions,
  ): Promise<void>;
  abortVerification(
    project: string,
    name: string,
    options?: RequestOptions,
  ): Promise<void>;

  promote(
    project: string,
    stage: string,
    request: PromoteRequest,
    options?: RequestOptions,
  ): Promise<Promotion>;
  promoteDownstream(
    project: string,
    stage: string,
    request: Exclude<PromoteRequest, { origin: string }>,
    options?: RequestOptions,
  ): Promise<PromoteDownstreamResponse>;
  listPromotions(
    project: string,
    request?: { stage?: string },
    options?: RequestOptions,
  ): Promise<ResourceList<Promotion>>;
  getPromotion(
    project: string,
    name: string,
    options?: RequestOptions,
  ): Promise<Promotion>;
  abortPromotion(
    project: string,
    name: string,
    options?: RequestOptions,
  ): Promise<void>;
  refreshPromotion(
    project: string,
    name: string,
    options?: RequestOptions,
  ): Promise<void>;

  listPromotionTasks(
    project: string,
    options?: RequestOptions,
  ): Promise<ResourceList<PromotionTask>>;
  listAnalysisTemplates(
    project: string,
    options?: RequestOptions,
  ): Promise<ResourceList<AnalysisTemplate>>;
  getAnalysisRun(
    project: string,
    name: string,
    options?: RequestOptions,
  ): Promise<AnalysisRun>;

  /** @param manifests - YAML documents, or resources. */
  createResources(
    manifests: string | JsonObject[],
    options?: RequestOptions,
  ): Promise<ResourceResult[]>;
  /** Replaces each resource, creating what is not there. */
  applyResources(
    manifests: string | JsonObject[],
    options?: RequestOptions,
  ): Promise<ResourceResult[]>;
  /** Replaces each resource, failing for what is not there. */
  updateResources(
    manifests: string | JsonObject[],
    options?: RequestOptions,
  ): Promise<ResourceResult[]>;
  deleteResources(
    manifests: string | JsonObject[],
    options?: RequestOptions,
  ): Promise<ResourceResult[]>;

  /**
   * Streams changes until the server closes the stream, which ends the iteration, or
   * reports an error, which rejects.
   */
  watch<K extends keyof WatchedKinds>(
    request: WatchRequest<K>,
    options?: WatchOptions,
  ): AsyncIterable<WatchEvent<WatchedKinds[K] & Resource>>;
  /**
   * Streams several watches over one connection. A watch that fails is reported and ends;
   * the others go on. Ends and rejects as {@link KargoApi.watch} does.
   */
  watchMany<W extends NamedWatches>(
    watches: W,
    options?: WatchOptions,
  ): AsyncIterable<NamedWatchEvent<W>>;
}
