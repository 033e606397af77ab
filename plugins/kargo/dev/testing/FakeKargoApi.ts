import {
  AnalysisRun,
  AnswerOf,
  availabilityReason,
  EngineHealth,
  Explanation,
  Freight,
  FreightCommits,
  FreightGroups,
  FreightRequest,
  JsonObject,
  KargoApi,
  KargoEvent,
  KargoRequestError,
  ListProjectsQuery,
  Project,
  ProjectAccess,
  ProjectPage,
  ObjectOperationId,
  ObjectSnapshot,
  originKey,
  Promotion,
  PromotionDryRun,
  Reason,
  RepositoryCommits,
  RequestOf,
  Resource,
  ResourceLinks,
  ResourceList,
  ResourceResult,
  ResourceResults,
  sortNewestFirst,
  Stage,
  tellReason,
  Warehouse,
  NamedWatches,
  NamedWatchEvent,
  WatchedKinds,
  WatchEvent,
  WatchOptions,
  WatchRequest,
} from 'backstage-plugin-kargo-common';
import { aFreight, aPromotion } from './builders';
import { completeApi } from './completeApi';
import { fakeSettings, SettingsContent } from './FakeSettings';

/** What the fake holds at the start. */
export interface FakeContent {
  projects?: Project[];
  /** Names of the projects that are the viewer's. */
  mine?: string[];
  stages?: Stage[];
  warehouses?: Warehouse[];
  freight?: Freight[];
  promotions?: Promotion[];
  analysisRuns?: AnalysisRun[];
  events?: KargoEvent[];
  access?: ProjectAccess;
  settings?: SettingsContent;
  /**
   * What the engine says of a subject, as `stage NAME`, `promotion NAME` …; of a Stage of
   * which nothing is said, it says whether its newest Freight may enter.
   */
  reasons?: Record<string, Reason[]>;
  /** The commits between what a Stage runs and Freight, by the name of the Freight. */
  commits?: Record<string, RepositoryCommits[]>;
  /** What promoting Freight would change in git, or why nobody knows, by the name of the Freight. */
  dryRuns?: Record<string, PromotionDryRun | Error>;
  /** What jobs of verifications print, by `RUN METRIC CONTAINER`; an error at the end breaks it off. */
  logs?: Record<string, Array<string | Error>>;
  /** Links that are configured, of `stage NAME` and `freight NAME`. */
  links?: Record<string, ResourceLinks>;
}

type AnyWatch = WatchRequest<keyof WatchedKinds>;

/** Whether a watch is of all resources, or of this one. */
function isWatched({ name }: AnyWatch, other: string): boolean {
  return name === undefined || name === other;
}

function describeWatch({ kind, name, resourceVersion }: AnyWatch): string {
  return `${kind} ${name ?? '*'}@${resourceVersion ?? ''}`;
}

/** Whether Freight may enter, by the engine's own rule. */
function entryOf(stage: Stage, freight: Freight): Reason[] {
  const origin = originKey(freight.origin);
  const about = { origin, freight: freight.metadata.name };
  if (freight.status?.currentlyIn?.[stage.metadata.name]) {
    return [{ code: 'already-there', ...about }];
  }
  return [
    availabilityReason(stage, freight, Date.now()) ?? {
      code: 'auto-promotion-disabled',
      ...about,
    },
  ];
}

type Listener = (kind: keyof WatchedKinds, event: WatchEvent<Resource>) => void;

/**
 * Kargo in memory, with watches. It keeps one project; its content changes through
 * {@link FakeKargoApi.put} and through what the interface asks for.
 */
export class FakeKargoApi implements Partial<KargoApi> {
  /** What was asked for, as `verb subject`. */
  readonly calls: string[] = [];
  /** What every stream was opened for, as `kind name@version`. */
  readonly streams: string[][] = [];
  /** Whom was asked why, as `kind name`. */
  readonly asked: string[] = [];
  /** What is said of a subject from now on. */
  readonly reasons: Record<string, Reason[]>;
  /** Makes every read fail. */
  failure: Error | undefined;
  /** Makes every action fail. */
  refusal: Error | undefined;
  /** What is answered to each manifest of a text, by its place in it; made unless told. */
  results: ResourceResult[] = [];
  /** What is answered about the engine, or why nothing is. */
  engine: EngineHealth | Error = {
    state: 'running',
    since: '2026-01-01T00:00:00Z',
  };
  private readonly content: Required<
    Omit<
      FakeContent,
      | 'access'
      | 'commits'
      | 'dryRuns'
      | 'links'
      | 'logs'
      | 'mine'
      | 'reasons'
      | 'settings'
    >
  >;
  private readonly access: ProjectAccess | undefined;
  private readonly commits: Record<string, RepositoryCommits[]>;
  private readonly dryRuns: Record<string, PromotionDryRun | Error>;
  private readonly links: Record<string, ResourceLinks>;
  private readonly logs: Record<string, Array<string | Error>>;
  private readonly mine: string[];
  private readonly listeners = new Set<Listener>();
  private version = 1;
  private readonly api: KargoApi;

  static create(content: FakeContent = {}): FakeKargoApi {
    return new FakeKargoApi(content);
  }

  private constructor(content: FakeContent) {
    const {
      access,
      commits = {},
      dryRuns = {},
      links = {},
      logs = {},
      mine = [],
      reasons = {},
      settings = {},
      ...lists
    } = content;
    this.api = completeApi(
      this,
      fakeSettings(settings, call => this.act(call)),
    );
    this.access = access;
    this.commits = commits;
    this.dryRuns = dryRuns;
    this.links = links;
    this.logs = logs;
    this.mine = mine;
    this.reasons = { ...reasons };
    this.content = {
      projects: [],
      stages: [],
      warehouses: [],
      freight: [],
      promotions: [],
      analysisRuns: [],
      events: [],
      ...lists,
    };
  }

  /** The fake as the interface sees it; to call what it lacks fails the test. */
  asApi(): KargoApi {
    return this.api;
  }

  /** Adds or replaces a resource and tells those who watch. */
  put<K extends keyof WatchedKinds>(kind: K, resource: WatchedKinds[K]): void {
    this.version += 1;
    const stored = {
      ...resource,
      metadata: {
        ...resource.metadata,
        resourceVersion: String(this.version),
      },
    };
    const list = this.content[kind] as Resource[];
    const index = list.findIndex(
      item => item.metadata.name === resource.metadata.name,
    );
    const copy = [...list];
    copy.splice(index < 0 ? list.length : index, index < 0 ? 0 : 1, stored);
    Object.assign(this.content, { [kind]: copy });
    this.listeners.forEach(listener =>
      listener(kind, {
        type: index < 0 ? 'ADDED' : 'MODIFIED',
        object: stored,
      }),
    );
  }

  /** How many streams are open. */
  get openStreams(): number {
    return this.listeners.size;
  }

  /** What a list holds now. */
  all<K extends keyof WatchedKinds>(kind: K): Array<WatchedKinds[K]> {
    return this.content[kind] as Array<WatchedKinds[K]>;
  }

  async getEngineHealth(): Promise<EngineHealth> {
    if ('state' in this.engine) {
      return this.engine;
    }
    throw this.engine;
  }

  async listProjects(request: ListProjectsQuery = {}): Promise<ProjectPage> {
    const items = this.unlessFailing(this.content.projects).filter(project =>
      project.metadata.name.includes(request.filter ?? ''),
    );
    const isMine = ({ metadata }: Project) => this.mine.includes(metadata.name);
    const mine = items.filter(isMine);
    return {
      items: [...mine, ...items.filter(project => !isMine(project))],
      total: items.length,
      ...(request.mineFirst && { mine: mine.length }),
    };
  }

  async getProjectAccess(): Promise<ProjectAccess> {
    if (!this.access) {
      throw new KargoRequestError(404, 'no such path');
    }
    return this.access;
  }

  async listEvents(): Promise<ResourceList<KargoEvent>> {
    return this.list(this.content.events);
  }

  async listStages(): Promise<ResourceList<Stage>> {
    return this.list(this.content.stages);
  }

  async listWarehouses(): Promise<ResourceList<Warehouse>> {
    return this.list(this.content.warehouses);
  }

  async queryFreight(): Promise<FreightGroups> {
    return {
      groups: { '': { items: this.unlessFailing(this.content.freight) } },
      resourceVersion: String(this.version),
    };
  }

  async getFreight({
    freight: name,
  }: RequestOf<'getFreight'>): Promise<Freight> {
    const found = this.unlessFailing(this.content.freight).find(
      item => item.metadata.name === name || item.alias === name,
    );
    if (!found) {
      throw new KargoRequestError(404, `Freight '${name}' not found`);
    }
    return found;
  }

  async listFreightCommits({
    freight,
  }: RequestOf<'listFreightCommits'>): Promise<FreightCommits> {
    return { repositories: this.unlessFailing(this.commits[freight] ?? []) };
  }

  async dryRunPromotion({
    stage,
    body,
  }: RequestOf<'dryRunPromotion'>): Promise<PromotionDryRun> {
    this.calls.push(`dry run ${stage} ${JSON.stringify(body)}`);
    const answer = 'freight' in body ? this.dryRuns[body.freight] : undefined;
    if (answer instanceof Error) {
      throw answer;
    }
    return answer ?? { steps: [], changes: [] };
  }

  async listStageLinks({
    stage,
  }: RequestOf<'listStageLinks'>): Promise<ResourceLinks> {
    return this.links[`stage ${stage}`] ?? { links: [] };
  }

  async listFreightLinks({
    freight,
  }: RequestOf<'listFreightLinks'>): Promise<ResourceLinks> {
    return this.links[`freight ${freight}`] ?? { links: [] };
  }

  async listPromotions(
    request: RequestOf<'listPromotions'>,
  ): Promise<ResourceList<Promotion>> {
    return this.list(
      this.content.promotions.filter(
        ({ spec }) => !request.stage || spec.stage === request.stage,
      ),
    );
  }

  async getPromotion({ name }: RequestOf<'getPromotion'>): Promise<Promotion> {
    const found = this.unlessFailing(this.content.promotions).find(
      item => item.metadata.name === name,
    );
    if (!found) {
      throw new KargoRequestError(404, `Promotion '${name}' not found`);
    }
    return found;
  }

  async getAnalysisRun({
    name,
  }: RequestOf<'getAnalysisRun'>): Promise<AnalysisRun> {
    const found = this.unlessFailing(this.content.analysisRuns).find(
      item => item.metadata.name === name,
    );
    if (!found) {
      throw new KargoRequestError(404, `AnalysisRun '${name}' not found`);
    }
    return found;
  }

  async *streamLogs({
    name,
    metricName = '',
    containerName = '',
  }: RequestOf<'getAnalysisRunLogs'>): AsyncGenerator<string> {
    const key = [name, metricName, containerName].filter(Boolean).join(' ');
    this.calls.push(`log ${key}`);
    for (const piece of this.logs[key] ?? []) {
      if (piece instanceof Error) {
        throw piece;
      }
      yield piece;
    }
  }

  async read<Id extends ObjectOperationId>(
    operation: Id,
    request: RequestOf<Id>,
  ): Promise<ObjectSnapshot<AnswerOf<Id>>> {
    // The name and the request belong together by the signature above.
    const get = this.api[operation] as unknown as (
      asked: RequestOf<Id>,
    ) => Promise<AnswerOf<Id>>;
    const resourceVersion = String(this.version);
    return { object: await get(request), resourceVersion };
  }

  async explainStage({
    stage: name,
  }: RequestOf<'explainStage'>): Promise<Explanation> {
    const stage = this.content.stages.find(s => s.metadata.name === name);
    return this.explain(
      `stage ${name}`,
      stage?.spec.requestedFreight.flatMap(request =>
        this.entryOfNewest(stage, request),
      ),
    );
  }

  async explainFreight({
    stage: stageName,
    freight: name,
  }: RequestOf<'explainFreight'>): Promise<Explanation> {
    const stage = this.content.stages.find(s => s.metadata.name === stageName);
    const freight = this.content.freight.find(f => f.metadata.name === name);
    return this.explain(
      `freight ${name} ${stageName}`,
      stage && freight ? entryOf(stage, freight) : [],
    );
  }

  async explainPromotion({
    promotion,
  }: RequestOf<'explainPromotion'>): Promise<Explanation> {
    return this.explain(`promotion ${promotion}`);
  }

  async explainWarehouse({
    warehouse,
  }: RequestOf<'explainWarehouse'>): Promise<Explanation> {
    return this.explain(`warehouse ${warehouse}`);
  }

  async promoteToStage({
    stage: stageName,
    body: request,
  }: RequestOf<'promoteToStage'>): Promise<Promotion> {
    this.act(`promote ${stageName} ${JSON.stringify(request)}`);
    const stage = this.content.stages.find(s => s.metadata.name === stageName);
    const freight = this.content.freight.find(
      f => 'freight' in request && f.metadata.name === request.freight,
    );
    if (!stage || !freight) {
      throw new KargoRequestError(400, 'Freight is not available to the Stage');
    }
    const promotion = aPromotion(
      `${stageName}.01new.${freight.metadata.name.slice(0, 7)}`,
      stage,
      freight,
      { phase: 'Pending' },
    );
    this.put('promotions', promotion);
    return promotion;
  }

  async createResources({
    body,
  }: RequestOf<'createResources'>): Promise<ResourceResults> {
    const [first] = Array.isArray(body) ? body : [];
    this.act(`create ${Array.isArray(body) ? JSON.stringify(body) : body}`);
    if (first?.kind === 'Freight') {
      return {
        results: [{ createdResourceManifest: this.makeFreight(first) }],
      };
    }
    return { results: this.resultsOf(body) };
  }

  async updateResources({
    body,
  }: RequestOf<'updateResources'>): Promise<ResourceResults> {
    this.act(`update ${Array.isArray(body) ? JSON.stringify(body) : body}`);
    return { results: this.resultsOf(body) };
  }

  async deleteResources({
    body,
  }: RequestOf<'deleteResources'>): Promise<ResourceResults> {
    this.act(`delete ${JSON.stringify(body)}`);
    return { results: [{}] };
  }

  async approveFreight({
    freight: name,
    stage,
  }: RequestOf<'approveFreight'>): Promise<void> {
    this.act(`approve ${name} ${stage}`);
    const freight = this.content.freight.find(f => f.metadata.name === name);
    if (freight) {
      this.put('freight', {
        ...freight,
        status: {
          ...freight.status,
          approvedFor: { ...freight.status?.approvedFor, [stage]: {} },
        },
      });
    }
  }

  async patchFreightAlias({
    freight: name,
    newAlias: alias,
  }: RequestOf<'patchFreightAlias'>): Promise<void> {
    this.act(`rename ${name} ${alias}`);
    const freight = this.content.freight.find(f => f.metadata.name === name);
    if (freight) {
      this.put('freight', { ...freight, alias });
    }
  }

  async retryPromotion({
    name,
  }: RequestOf<'retryPromotion'>): Promise<Promotion> {
    this.act(`retry ${name}`);
    const failed = this.content.promotions.find(p => p.metadata.name === name);
    if (!failed) {
      throw new KargoRequestError(404, `Promotion '${name}' does not exist`);
    }
    const promotion: Promotion = {
      ...failed,
      metadata: { ...failed.metadata, name: `${failed.spec.stage}.01new.f1` },
      status: { phase: 'Pending' },
    };
    this.put('promotions', promotion);
    return promotion;
  }

  async abortPromotion({ name }: RequestOf<'abortPromotion'>): Promise<void> {
    this.act(`abort ${name}`);
  }

  async refreshPromotion({
    name,
  }: RequestOf<'refreshPromotion'>): Promise<void> {
    this.act(`refresh promotion ${name}`);
  }

  async refreshStage({
    stage: name,
  }: RequestOf<'refreshStage'>): Promise<void> {
    this.act(`refresh stage ${name}`);
  }

  async refreshWarehouse({
    name,
  }: RequestOf<'refreshWarehouse'>): Promise<void> {
    this.act(`refresh warehouse ${name}`);
  }

  async verifyStage({ stage: name }: RequestOf<'verifyStage'>): Promise<void> {
    this.act(`verify ${name}`);
  }

  async abortVerification({
    stage: name,
  }: RequestOf<'abortVerification'>): Promise<void> {
    this.act(`abort verification ${name}`);
  }

  async *watchMany<W extends NamedWatches>(
    watches: W,
    options: WatchOptions = {},
  ): AsyncGenerator<NamedWatchEvent<W>> {
    options.onOpen?.();
    options.onActivity?.();
    const wanted = Object.entries(watches);
    this.streams.push(wanted.map(([, request]) => describeWatch(request)));
    // Without a place to go on from, a watch begins with what there is.
    const waiting: NamedWatchEvent[] = wanted
      .filter(([, request]) => !request.resourceVersion)
      .flatMap(([id, request]) =>
        this.all(request.kind)
          .filter(({ metadata }) => isWatched(request, metadata.name))
          .map(object => this.named(id, { type: 'ADDED', object })),
      );
    const sleeper = { wake: (): void => undefined };
    const listener: Listener = (kind, event) => {
      for (const [id, request] of wanted) {
        if (
          kind === request.kind &&
          isWatched(request, event.object.metadata.name)
        ) {
          waiting.push(this.named(id, event));
          sleeper.wake();
        }
      }
    };
    this.listeners.add(listener);
    try {
      while (!options.signal?.aborted) {
        while (waiting.length > 0) {
          // Of one of the watches that were asked for, by its name.
          yield waiting.shift() as NamedWatchEvent<W>;
        }
        await new Promise<void>(resolve => {
          sleeper.wake = resolve;
          options.signal?.addEventListener('abort', () => resolve());
        });
      }
    } finally {
      this.listeners.delete(listener);
    }
  }

  private named(id: string, event: WatchEvent<Resource>): NamedWatchEvent {
    const resourceVersion = String(this.version);
    return { ...event, id, resourceVersion } as NamedWatchEvent;
  }

  private resultsOf(
    body: RequestOf<'createResources'>['body'],
  ): ResourceResult[] {
    const count =
      typeof body === 'string'
        ? body.match(/^kind:/gm)?.length
        : [body].flat().length;
    return Array.from(
      { length: count ?? 0 },
      (_, index) => this.results[index] ?? {},
    );
  }

  /** Names it, as the server does; by its number rather than its content. */
  private makeFreight(manifest: JsonObject): JsonObject {
    const name = `made-${this.content.freight.length + 1}`;
    const made = { ...aFreight(name), ...manifest } as Freight;
    const named = { ...made, metadata: aFreight(name).metadata };
    this.put('freight', named);
    return { ...manifest, metadata: { name } };
  }

  private explain(subject: string, computed: Reason[] = []): Explanation {
    this.asked.push(subject);
    return {
      reasons: this.unlessFailing(this.reasons[subject] ?? computed).map(
        tellReason,
      ),
    };
  }

  private entryOfNewest(stage: Stage, { origin }: FreightRequest): Reason[] {
    const key = originKey(origin);
    const [newest] = sortNewestFirst(
      this.content.freight.filter(({ origin: of }) => originKey(of) === key),
    );
    return newest
      ? entryOf(stage, newest)
      : [{ code: 'no-freight', origin: key }];
  }

  private act(call: string): void {
    this.calls.push(call);
    if (this.refusal) {
      throw this.refusal;
    }
  }

  private list<T>(items: T[]): ResourceList<T> {
    return {
      apiVersion: 'kargo.akuity.io/v1alpha1',
      kind: 'List',
      metadata: { resourceVersion: String(this.version) },
      items: this.unlessFailing(items),
    };
  }

  private unlessFailing<T>(items: T[]): T[] {
    if (this.failure) {
      throw this.failure;
    }
    return items;
  }
}
