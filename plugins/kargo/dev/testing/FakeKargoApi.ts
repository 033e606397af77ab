import {
  AnalysisRun,
  AnswerOf,
  EngineHealth,
  Freight,
  FreightCommits,
  FreightGroups,
  JsonObject,
  KargoApi,
  KargoEvent,
  KargoRequestError,
  ListProjectsQuery,
  Project,
  ProjectAccess,
  ProjectPage,
  ProjectSummaries,
  ProjectSummary,
  ObjectOperationId,
  ObjectSnapshot,
  Promotion,
  PromotionConfigs,
  PromotionDryRun,
  Reason,
  RepositoryCommits,
  RequestOf,
  ResourceLinks,
  ResourceList,
  ResourceResult,
  ResourceResults,
  SearchResults,
  Stage,
  StepConfig,
  StepKind,
  StepKinds,
  SystemAccess,
  Warehouse,
  NamedWatches,
  NamedWatchEvent,
  WarehouseDryRun,
  WatchedKinds,
  WatchOptions,
} from 'backstage-plugin-kargo-common';
import { aFreight, aProject, aPromotion } from './builders';
import { completeApi } from './completeApi';
import { fakeExplanations } from './FakeExplanations';
import { FakeResources } from './FakeResources';
import { fakeSettings, SettingsContent } from './FakeSettings';

/** What the fake holds at the start. */
export interface FakeContent {
  projects?: Project[];
  /** Names of the projects that are the viewer's. */
  mine?: string[];
  /** Projects at a glance, of those that may be looked into. */
  summaries?: ProjectSummary[];
  stages?: Stage[];
  warehouses?: Warehouse[];
  freight?: Freight[];
  promotions?: Promotion[];
  analysisRuns?: AnalysisRun[];
  events?: KargoEvent[];
  access?: ProjectAccess;
  /** What the viewer may do outside of projects; everything unless told. */
  systemAccess?: SystemAccess;
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

const RUNNING: EngineHealth = {
  state: 'running',
  since: '2026-01-01T00:00:00Z',
};

/**
 * Kargo in memory, with watches. It keeps one project; its content changes through
 * {@link FakeKargoApi.put} and through what the interface asks for.
 */
export class FakeKargoApi implements Partial<KargoApi> {
  /** What was asked for, as `verb subject`. */
  readonly calls: string[] = [];
  /** Whom was asked why, as `kind name`. */
  readonly asked: string[] = [];
  /** What is said of a subject from now on. */
  readonly reasons: Record<string, Reason[]>;
  /** Makes every read fail. */
  failure: Error | undefined;
  /** Makes every action fail. */
  refusal: Error | undefined;
  /** What steps are configured with, their expressions evaluated. */
  configs: StepConfig[] = [];
  /** What a Warehouse that is not stored would find. */
  look: WarehouseDryRun = {
    discoveredArtifacts: { discoveredAt: '2026-03-01T12:00:00Z' },
    explanation: { reasons: [] },
  };
  /** What steps may use. */
  stepKinds: StepKind[] = [];
  /** What is answered to each manifest of a text, by its place in it; made unless told. */
  results: ResourceResult[] = [];
  /** What is answered about the engine, or why nothing is. */
  engine: EngineHealth | Error = RUNNING;
  private readonly resources: FakeResources;
  private readonly content: Required<
    Omit<FakeContent, keyof WatchedKinds | 'access' | 'reasons' | 'settings'>
  >;
  private readonly access: ProjectAccess | undefined;
  private readonly api: KargoApi;
  private readonly gone = new Set<string>();

  static create(content: FakeContent = {}): FakeKargoApi {
    return new FakeKargoApi(content);
  }

  private constructor(content: FakeContent) {
    const {
      access,
      freight = [],
      projects = [],
      promotions = [],
      reasons = {},
      settings = {},
      stages = [],
      warehouses = [],
      ...rest
    } = content;
    this.access = access;
    this.reasons = { ...reasons };
    this.resources = FakeResources.create({
      freight,
      projects: settings.project ? [...projects, settings.project] : projects,
      promotions,
      stages,
      warehouses,
    });
    this.content = {
      analysisRuns: [],
      commits: {},
      dryRuns: {},
      events: [],
      links: {},
      logs: {},
      mine: [],
      summaries: [],
      systemAccess: {
        projects: { create: { allowed: true } },
        shared: { manage: { allowed: true } },
      },
      ...rest,
    };
    this.api = completeApi(
      this,
      fakeExplanations(this.resources, (subject, computed) => {
        this.asked.push(subject);
        return this.unlessFailing(this.reasons[subject] ?? computed);
      }),
      this.failing(fakeSettings(settings, call => this.act(call))),
    );
  }

  /** The fake as the interface sees it; to call what it lacks fails the test. */
  asApi(): KargoApi {
    return this.api;
  }

  /** Adds or replaces a resource and tells those who watch. */
  put<K extends keyof WatchedKinds>(kind: K, resource: WatchedKinds[K]): void {
    this.resources.put(kind, resource);
  }

  /** Removes a resource and tells those who watch. */
  remove(kind: keyof WatchedKinds, name: string): void {
    this.resources.remove(kind, name);
    if (kind === 'projects') {
      this.gone.add(name);
    }
  }

  /** Nothing can be read any more, and what is followed breaks off. */
  goAway(error: Error): void {
    this.failure = error;
    this.engine = error;
    this.resources.breakStreams(error);
  }

  /** All is again as it was before {@link FakeKargoApi.goAway}. */
  comeBack(): void {
    this.failure = undefined;
    this.engine = RUNNING;
    this.resources.mendStreams();
  }

  /** What every stream was opened for, as `kind name@version`. */
  get streams(): readonly string[][] {
    return this.resources.streams;
  }

  /** How many streams are open. */
  get openStreams(): number {
    return this.resources.openStreams;
  }

  /** What a list holds now. */
  all<K extends keyof WatchedKinds>(kind: K): Array<WatchedKinds[K]> {
    return this.resources.all(kind);
  }

  async getEngineHealth(): Promise<EngineHealth> {
    if ('state' in this.engine) {
      return this.engine;
    }
    throw this.engine;
  }

  async listStepKinds(): Promise<StepKinds> {
    return { items: this.unlessFailing(this.stepKinds) };
  }

  async listProjects(request: ListProjectsQuery = {}): Promise<ProjectPage> {
    const items = this.unlessFailing(this.all('projects')).filter(project =>
      project.metadata.name.includes(request.filter ?? ''),
    );
    const isMine = ({ metadata }: Project) =>
      this.content.mine.includes(metadata.name);
    const mine = items.filter(isMine);
    const { page = 0, pageSize = items.length } = request;
    return {
      items: [...mine, ...items.filter(project => !isMine(project))].slice(
        page * pageSize,
        (page + 1) * pageSize,
      ),
      total: items.length,
      ...(request.mineFirst && { mine: mine.length }),
    };
  }

  /** The project that it keeps need not be told of to be there. */
  async getProject({ project }: RequestOf<'getProject'>): Promise<Project> {
    const found = this.unlessFailing(this.all('projects')).find(
      ({ metadata }) => metadata.name === project,
    );
    if (!found && this.gone.has(project)) {
      throw new KargoRequestError(404, `Project '${project}' does not exist`);
    }
    return found ?? aProject(project, [0, 0]);
  }

  async listProjectSummaries({
    project: names,
  }: RequestOf<'listProjectSummaries'>): Promise<ProjectSummaries> {
    const summaries = this.unlessFailing(this.content.summaries);
    return {
      items: names.flatMap(
        name => summaries.find(({ project }) => project === name) ?? [],
      ),
    };
  }

  async search({ text }: RequestOf<'search'>): Promise<SearchResults> {
    const items = this.all('freight')
      .filter(
        ({ alias, images = [] }) =>
          alias === text || images.some(({ tag }) => tag === text),
      )
      .map(({ metadata, alias, images = [] }) => ({
        kind: 'Freight' as const,
        project: metadata.namespace ?? '',
        name: metadata.name,
        ...(alias && { alias }),
        versions: images.flatMap(({ tag }) => tag ?? []),
      }));
    return { items, isCut: false };
  }

  async getSystemAccess(): Promise<SystemAccess> {
    return this.content.systemAccess;
  }

  async getProjectAccess(): Promise<ProjectAccess> {
    if (!this.access) {
      throw new KargoRequestError(404, 'no such path');
    }
    return this.access;
  }

  async listEvents({
    newest,
    object,
  }: RequestOf<'listEvents'>): Promise<ResourceList<KargoEvent>> {
    const found = this.content.events.filter(
      ({ involvedObject: { kind, name } }) =>
        object === undefined || object === `${kind}/${name}`,
    );
    return this.list(found.slice(0, newest));
  }

  async listStages(): Promise<ResourceList<Stage>> {
    return this.list(this.all('stages'));
  }

  async listWarehouses(): Promise<ResourceList<Warehouse>> {
    return this.list(this.all('warehouses'));
  }

  async queryFreight(): Promise<FreightGroups> {
    return {
      groups: { '': { items: this.unlessFailing(this.all('freight')) } },
      resourceVersion: this.resources.resourceVersion,
    };
  }

  async getFreight({
    freight: name,
  }: RequestOf<'getFreight'>): Promise<Freight> {
    const found = this.unlessFailing(this.all('freight')).find(
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
    return {
      repositories: this.unlessFailing(this.content.commits[freight] ?? []),
    };
  }

  async dryRunPromotion({
    stage,
    body,
  }: RequestOf<'dryRunPromotion'>): Promise<PromotionDryRun> {
    this.calls.push(`dry run ${stage} ${JSON.stringify(body)}`);
    const answer =
      'freight' in body ? this.content.dryRuns[body.freight] : undefined;
    if (answer instanceof Error) {
      throw answer;
    }
    return answer ?? { steps: [], changes: [] };
  }

  async dryRunWarehouse({
    body,
  }: RequestOf<'dryRunWarehouse'>): Promise<WarehouseDryRun> {
    this.act(`look ${body}`);
    return this.look;
  }

  async listStageLinks({
    stage,
  }: RequestOf<'listStageLinks'>): Promise<ResourceLinks> {
    return this.content.links[`stage ${stage}`] ?? { links: [] };
  }

  async listFreightLinks({
    freight,
  }: RequestOf<'listFreightLinks'>): Promise<ResourceLinks> {
    return this.content.links[`freight ${freight}`] ?? { links: [] };
  }

  async listPromotions(
    request: RequestOf<'listPromotions'>,
  ): Promise<ResourceList<Promotion>> {
    const found = this.all('promotions').filter(
      ({ spec }) => !request.stage || spec.stage === request.stage,
    );
    const { newest } = request;
    return this.list(
      newest === undefined
        ? found
        : [...found]
            .sort((one, other) =>
              other.metadata.creationTimestamp.localeCompare(
                one.metadata.creationTimestamp,
              ),
            )
            .slice(0, newest),
    );
  }

  async getPromotion({ name }: RequestOf<'getPromotion'>): Promise<Promotion> {
    const found = this.unlessFailing(this.all('promotions')).find(
      item => item.metadata.name === name,
    );
    if (!found) {
      throw new KargoRequestError(404, `Promotion '${name}' not found`);
    }
    return found;
  }

  async getPromotionConfigs(): Promise<PromotionConfigs> {
    return { steps: this.configs };
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
    for (const piece of this.content.logs[key] ?? []) {
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
    const resourceVersion = this.resources.resourceVersion;
    return { object: await get(request), resourceVersion };
  }

  async promoteToStage({
    stage: stageName,
    body: request,
  }: RequestOf<'promoteToStage'>): Promise<Promotion> {
    this.act(`promote ${stageName} ${JSON.stringify(request)}`);
    const stage = this.resources.find('stages', stageName);
    const freight = this.all('freight').find(
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
    dryRun,
  }: RequestOf<'createResources'>): Promise<ResourceResults> {
    if (dryRun) {
      return this.check('create', body);
    }
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
    dryRun,
  }: RequestOf<'updateResources'>): Promise<ResourceResults> {
    if (dryRun) {
      return this.check('update', body);
    }
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
    const freight = this.resources.find('freight', name);
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
    const freight = this.resources.find('freight', name);
    if (freight) {
      this.put('freight', { ...freight, alias });
    }
  }

  async retryPromotion({
    name,
  }: RequestOf<'retryPromotion'>): Promise<Promotion> {
    this.act(`retry ${name}`);
    const failed = this.resources.find('promotions', name);
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

  watchMany<W extends NamedWatches>(
    watches: W,
    options?: WatchOptions,
  ): AsyncGenerator<NamedWatchEvent<W>> {
    return this.resources.watch(watches, options);
  }

  private check(
    verb: string,
    body: RequestOf<'createResources'>['body'],
  ): ResourceResults {
    this.act(`check ${verb} ${body}`);
    return { results: this.resultsOf(body) };
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
    const name = `made-${this.all('freight').length + 1}`;
    const made = { ...aFreight(name), ...manifest } as Freight;
    const named = { ...made, metadata: aFreight(name).metadata };
    this.put('freight', named);
    return { ...manifest, metadata: { name } };
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
      metadata: { resourceVersion: this.resources.resourceVersion },
      items: this.unlessFailing(items),
    };
  }

  /** The same calls, of which those that read fail while every read does. */
  private failing(calls: Partial<KargoApi>): Partial<KargoApi> {
    return Object.fromEntries(
      Object.entries(calls as Record<string, (request: never) => unknown>).map(
        ([name, call]) => [
          name,
          /^(get|list)/.test(name)
            ? async (request: never) => {
                this.unlessFailing([]);
                return call(request);
              }
            : call,
        ],
      ),
    );
  }

  private unlessFailing<T>(items: T[]): T[] {
    if (this.failure) {
      throw this.failure;
    }
    return items;
  }
}
