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
import { EventFrame, readEventStream } from './eventStream';
import {
  EngineHealth,
  FreightGroups,
  KargoApi,
  ListProjectsRequest,
  NamedWatches,
  NamedWatchEvent,
  ProjectAccess,
  ProjectPage,
  PromoteDownstreamResponse,
  PromoteRequest,
  QueryFreightRequest,
  RequestOptions,
  ResourceLink,
  ResourceList,
  ResourceResult,
  WatchedKinds,
  WatchEvent,
  WatchOptions,
  WatchRequest,
} from './KargoApi';
import { KargoRequestError } from './KargoRequestError';

/** What the client needs of a `fetch`; the portal's `fetchApi` has it. @public */
export type KargoFetch = (url: string, init?: RequestInit) => Promise<Response>;

/** How to reach Kargo. @public */
export interface KargoClientOptions {
  /** Adds credentials where they are needed. */
  fetch: KargoFetch;
  /**
   * Address in front of `/v1beta1`: `https://portal.example/api/kargo` for programs,
   * `plugin://kargo` (the default) in the portal's frontend.
   */
  baseUrl?: string;
}

/** One request of the HTTP API. @public */
export interface KargoRequest extends RequestOptions {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  query?: Record<string, string | number | boolean | string[] | undefined>;
  /** Sent as JSON; a string is sent as YAML text. */
  body?: unknown;
}

/** {@link KargoApi} over HTTP. @public */
export class KargoClient implements KargoApi {
  private readonly fetch: KargoFetch;
  private readonly baseUrl: string;

  /** Creates a client. It keeps no state and no connection. */
  static create(options: KargoClientOptions): KargoClient {
    return new KargoClient(options);
  }

  private constructor(options: KargoClientOptions) {
    this.fetch = options.fetch;
    this.baseUrl = (options.baseUrl ?? 'plugin://kargo').replace(/\/+$/, '');
  }

  /**
   * Sends any request of the API and returns its JSON answer, for operations without a
   * method of their own.
   *
   * @param path - segments below `/v1beta1`; they are escaped here.
   */
  async request<T>(path: string[], request: KargoRequest = {}): Promise<T> {
    const response = await this.send(path, request);
    const text = await response.text();
    return (text === '' ? undefined : JSON.parse(text)) as T;
  }

  getEngineHealth(options?: RequestOptions): Promise<EngineHealth> {
    return this.request(['system', 'engine'], options);
  }

  listProjects(
    request: ListProjectsRequest = {},
    options?: RequestOptions,
  ): Promise<ProjectPage> {
    const { uids, ...query } = request;
    return this.request(['projects'], {
      ...options,
      query: { ...query, uid: uids },
    });
  }

  getProject(project: string, options?: RequestOptions): Promise<Project> {
    return this.request(['projects', project], options);
  }

  deleteProject(project: string, options?: RequestOptions): Promise<void> {
    return this.remove(['projects', project], options);
  }

  getProjectConfig(
    project: string,
    options?: RequestOptions,
  ): Promise<ProjectConfig> {
    return this.request(['projects', project, 'config'], options);
  }

  refreshProjectConfig(
    project: string,
    options?: RequestOptions,
  ): Promise<void> {
    return this.post(['projects', project, 'config', 'refresh'], options);
  }

  getAccess(project: string, options?: RequestOptions): Promise<ProjectAccess> {
    return this.request(['projects', project, 'access'], options);
  }

  listEvents(
    project: string,
    options?: RequestOptions,
  ): Promise<ResourceList<KargoEvent>> {
    return this.request(['projects', project, 'events'], options);
  }

  listWarehouses(
    project: string,
    options?: RequestOptions,
  ): Promise<ResourceList<Warehouse>> {
    return this.request(['projects', project, 'warehouses'], options);
  }

  getWarehouse(
    project: string,
    name: string,
    options?: RequestOptions,
  ): Promise<Warehouse> {
    return this.request(['projects', project, 'warehouses', name], options);
  }

  deleteWarehouse(
    project: string,
    name: string,
    options?: RequestOptions,
  ): Promise<void> {
    return this.remove(['projects', project, 'warehouses', name], options);
  }

  refreshWarehouse(
    project: string,
    name: string,
    options?: RequestOptions,
  ): Promise<void> {
    return this.post(
      ['projects', project, 'warehouses', name, 'refresh'],
      options,
    );
  }

  async listFreight(
    project: string,
    options?: RequestOptions,
  ): Promise<{ items: Freight[]; resourceVersion: string }> {
    const { groups, resourceVersion } = await this.queryFreight(
      project,
      {},
      options,
    );
    return { items: groups['']?.items ?? [], resourceVersion };
  }

  queryFreight(
    project: string,
    request: QueryFreightRequest,
    options?: RequestOptions,
  ): Promise<FreightGroups> {
    return this.request(['projects', project, 'freight'], {
      ...options,
      query: { ...request },
    });
  }

  getFreight(
    project: string,
    nameOrAlias: string,
    options?: RequestOptions,
  ): Promise<Freight> {
    return this.request(['projects', project, 'freight', nameOrAlias], options);
  }

  deleteFreight(
    project: string,
    nameOrAlias: string,
    options?: RequestOptions,
  ): Promise<void> {
    return this.remove(['projects', project, 'freight', nameOrAlias], options);
  }

  async patchFreightAlias(
    project: string,
    nameOrAlias: string,
    newAlias: string,
    options?: RequestOptions,
  ): Promise<void> {
    await this.send(['projects', project, 'freight', nameOrAlias, 'alias'], {
      ...options,
      method: 'PATCH',
      query: { newAlias },
    });
  }

  approveFreight(
    project: string,
    nameOrAlias: string,
    stage: string,
    options?: RequestOptions,
  ): Promise<void> {
    return this.post(['projects', project, 'freight', nameOrAlias, 'approve'], {
      ...options,
      query: { stage },
    });
  }

  async listFreightLinks(
    project: string,
    nameOrAlias: string,
    options?: RequestOptions,
  ): Promise<ResourceLink[]> {
    const answer = await this.request<{ links?: ResourceLink[] }>(
      ['projects', project, 'freight', nameOrAlias, 'links'],
      options,
    );
    return answer.links ?? [];
  }

  listStages(
    project: string,
    options?: RequestOptions,
  ): Promise<ResourceList<Stage>> {
    return this.request(['projects', project, 'stages'], options);
  }

  explainStage(
    project: string,
    name: string,
    options?: RequestOptions,
  ): Promise<Explanation> {
    return this.request(['projects', project, 'stages', name, 'why'], options);
  }

  explainFreight(
    project: string,
    stage: string,
    nameOrAlias: string,
    options?: RequestOptions,
  ): Promise<Explanation> {
    return this.request(
      ['projects', project, 'stages', stage, 'freight', nameOrAlias, 'why'],
      options,
    );
  }

  explainPromotion(
    project: string,
    name: string,
    options?: RequestOptions,
  ): Promise<Explanation> {
    return this.request(
      ['projects', project, 'promotions', name, 'why'],
      options,
    );
  }

  explainWarehouse(
    project: string,
    name: string,
    options?: RequestOptions,
  ): Promise<Explanation> {
    return this.request(
      ['projects', project, 'warehouses', name, 'why'],
      options,
    );
  }

  getStage(
    project: string,
    name: string,
    options?: RequestOptions,
  ): Promise<Stage> {
    return this.request(['projects', project, 'stages', name], options);
  }

  deleteStage(
    project: string,
    name: string,
    options?: RequestOptions,
  ): Promise<void> {
    return this.remove(['projects', project, 'stages', name], options);
  }

  refreshStage(
    project: string,
    name: string,
    options?: RequestOptions,
  ): Promise<void> {
    return this.post(['projects', project, 'stages', name, 'refresh'], options);
  }

  async listStageLinks(
    project: string,
    name: string,
    options?: RequestOptions,
  ): Promise<ResourceLink[]> {
    const answer = await this.request<{ links?: ResourceLink[] }>(
      ['projects', project, 'stages', name, 'links'],
      options,
    );
    return answer.links ?? [];
  }

  verifyStage(
    project: string,
    name: string,
    options?: RequestOptions,
  ): Promise<void> {
    return this.post(
      ['projects', project, 'stages', name, 'verification'],
      options,
    );
  }

  abortVerification(
    project: string,
    name: string,
    options?: RequestOptions,
  ): Promise<void> {
    return this.post(
      ['projects', project, 'stages', name, 'verification', 'abort'],
      options,
    );
  }

  promote(
    project: string,
    stage: string,
    request: PromoteRequest,
    options?: RequestOptions,
  ): Promise<Promotion> {
    return this.request(['projects', project, 'stages', stage, 'promotions'], {
      ...options,
      method: 'POST',
      body: request,
    });
  }

  promoteDownstream(
    project: string,
    stage: string,
    request: Exclude<PromoteRequest, { origin: string }>,
    options?: RequestOptions,
  ): Promise<PromoteDownstreamResponse> {
    return this.request(
      ['projects', project, 'stages', stage, 'promotions', 'downstream'],
      { ...options, method: 'POST', body: request },
    );
  }

  listPromotions(
    project: string,
    request: { stage?: string } = {},
    options?: RequestOptions,
  ): Promise<ResourceList<Promotion>> {
    return this.request(['projects', project, 'promotions'], {
      ...options,
      query: { ...request },
    });
  }

  getPromotion(
    project: string,
    name: string,
    options?: RequestOptions,
  ): Promise<Promotion> {
    return this.request(['projects', project, 'promotions', name], options);
  }

  abortPromotion(
    project: string,
    name: string,
    options?: RequestOptions,
  ): Promise<void> {
    return this.post(
      ['projects', project, 'promotions', name, 'abort'],
      options,
    );
  }

  refreshPromotion(
    project: string,
    name: string,
    options?: RequestOptions,
  ): Promise<void> {
    return this.post(
      ['projects', project, 'promotions', name, 'refresh'],
      options,
    );
  }

  listPromotionTasks(
    project: string,
    options?: RequestOptions,
  ): Promise<ResourceList<PromotionTask>> {
    return this.request(['projects', project, 'promotion-tasks'], options);
  }

  listAnalysisTemplates(
    project: string,
    options?: RequestOptions,
  ): Promise<ResourceList<AnalysisTemplate>> {
    return this.request(['projects', project, 'analysis-templates'], options);
  }

  getAnalysisRun(
    project: string,
    name: string,
    options?: RequestOptions,
  ): Promise<AnalysisRun> {
    return this.request(['projects', project, 'analysis-runs', name], options);
  }

  createResources(
    manifests: string | JsonObject[],
    options?: RequestOptions,
  ): Promise<ResourceResult[]> {
    return this.resources('POST', manifests, options);
  }

  applyResources(
    manifests: string | JsonObject[],
    options?: RequestOptions,
  ): Promise<ResourceResult[]> {
    return this.resources('PUT', manifests, {
      ...options,
      query: { upsert: true },
    });
  }

  updateResources(
    manifests: string | JsonObject[],
    options?: RequestOptions,
  ): Promise<ResourceResult[]> {
    return this.resources('PUT', manifests, options);
  }

  deleteResources(
    manifests: string | JsonObject[],
    options?: RequestOptions,
  ): Promise<ResourceResult[]> {
    return this.resources('DELETE', manifests, options);
  }

  async *watch<K extends keyof WatchedKinds>(
    request: WatchRequest<K>,
    options: WatchOptions = {},
  ): AsyncGenerator<WatchEvent<WatchedKinds[K] & Resource>> {
    const { path, query } = watchLocation(request);
    const frames = this.stream(
      path,
      { query: { watch: true, ...query } },
      options,
    );
    for await (const frame of frames) {
      if (frame.event === 'error') {
        throw streamError(frame.data);
      }
      yield JSON.parse(frame.data);
    }
  }

  async *watchMany<W extends NamedWatches>(
    watches: W,
    options: WatchOptions = {},
  ): AsyncGenerator<NamedWatchEvent<W>> {
    const subscribe = Object.entries(watches).map(([id, request]) => {
      const { path, query } = watchLocation(request);
      return `${id}=/${formatPath(path)}${formatQuery(query)}`;
    });
    const frames = this.stream(['watches'], { query: { subscribe } }, options);
    for await (const frame of frames) {
      if (frame.event !== 'error') {
        yield JSON.parse(frame.data);
        continue;
      }
      const error = streamError(frame.data);
      const id = parseObject(frame.data)?.id;
      if (typeof id !== 'string') {
        throw error;
      }
      yield { id, type: 'ERROR', error };
    }
  }

  private async *stream(
    path: string[],
    request: KargoRequest,
    { signal, onOpen, onActivity }: WatchOptions,
  ): AsyncGenerator<EventFrame> {
    const response = await this.send(
      path,
      { ...request, ...(signal && { signal }) },
      'text/event-stream',
    );
    onOpen?.();
    if (response.body) {
      yield* readEventStream(response.body, onActivity);
    }
  }

  private async post(path: string[], request?: KargoRequest): Promise<void> {
    await this.send(path, { ...request, method: 'POST' });
  }

  private async remove(
    path: string[],
    options?: RequestOptions,
  ): Promise<void> {
    await this.send(path, { ...options, method: 'DELETE' });
  }

  private async resources(
    method: 'POST' | 'PUT' | 'DELETE',
    manifests: string | JsonObject[],
    request?: KargoRequest,
  ): Promise<ResourceResult[]> {
    const answer = await this.request<
      { results?: ResourceResult[] } | undefined
    >(['resources'], { ...request, method, body: manifests });
    return answer?.results ?? [];
  }

  private async send(
    path: string[],
    request: KargoRequest,
    accept: string = 'application/json',
  ): Promise<Response> {
    const { method = 'GET', query, body, signal } = request;
    const url = `${this.baseUrl}/v1beta1/${formatPath(path)}${formatQuery(
      query,
    )}`;
    const response = await this.fetch(url, {
      method,
      headers: {
        Accept: accept,
        ...(body !== undefined && { 'Content-Type': contentType(body) }),
      },
      ...(body !== undefined && {
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
      ...(signal && { signal }),
    });
    if (!response.ok) {
      throw await responseError(response);
    }
    return response;
  }
}

function contentType(body: unknown): string {
  return typeof body === 'string' ? 'application/yaml' : 'application/json';
}

function formatPath(path: string[]): string {
  return path.map(encodeURIComponent).join('/');
}

/** Where the API has what a watch follows. */
function watchLocation(request: WatchRequest<keyof WatchedKinds>): {
  path: string[];
  query: KargoRequest['query'];
} {
  const { project, kind, name, stage, origins, resourceVersion } = request;
  return {
    path: ['projects', project, kind, ...(name === undefined ? [] : [name])],
    query: {
      resourceVersion,
      stage,
      [kind === 'stages' ? 'freightOrigins' : 'origins']: origins,
    },
  };
}

function formatQuery(query: KargoRequest['query'] = {}): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    for (const item of Array.isArray(value) ? value : [value]) {
      if (item !== undefined) {
        params.append(name, String(item));
      }
    }
  }
  const text = params.toString();
  return text === '' ? '' : `?${text}`;
}

async function responseError(response: Response): Promise<KargoRequestError> {
  const text = await response.text();
  return new KargoRequestError(
    response.status,
    errorText(text) ?? `${response.status} ${response.statusText}`.trim(),
  );
}

/**
 * The sentence in an error body: Kargo sends `{"error": "…"}`, the portal's own
 * middleware `{"error": {"message": "…"}}`.
 */
function errorText(body: string): string | undefined {
  const parsed = parseObject(body);
  const error = parsed?.error;
  if (typeof error === 'string') {
    return error;
  }
  const message = (error as { message?: unknown } | undefined)?.message;
  return typeof message === 'string' ? message : undefined;
}

function streamError(data: string): KargoRequestError {
  const parsed = parseObject(data);
  const code = parsed?.code === undefined ? undefined : String(parsed.code);
  const message =
    typeof parsed?.message === 'string'
      ? parsed.message
      : 'The server ended the stream';
  return new KargoRequestError(0, message, code);
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    // Not JSON: a proxy's page, for example. The caller falls back to the status line.
    return undefined;
  }
}
