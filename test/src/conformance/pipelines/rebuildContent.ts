import { posix } from 'node:path';
import { stringify } from 'yaml';
import {
  isStage,
  type Manifest,
  type PipelineFolder,
  type PipelineSet,
} from './findSets';
import { type PlannedStep, readArguments, readSteps } from './readSteps';

/** Files of one branch by path. */
export type BranchFiles = Map<string, string>;

/** What has to be there for pipelines to run, told by their manifests. */
export interface RebuiltContent {
  /** Branches by the URL of their repository, as written, and their name. */
  readonly repositories: ReadonlyMap<string, ReadonlyMap<string, BranchFiles>>;
  /** Tags by image. */
  readonly images: ReadonlyMap<string, ReadonlySet<string>>;
  readonly charts: ReadonlyArray<{
    repoURL: string;
    name: string;
    version: string;
  }>;
  /** Answers in JSON by URL, for the metrics of verifications. */
  readonly answers: ReadonlyMap<string, string>;
}

const TRUNK = 'main';

const DEPLOYMENT = stringify({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'app' },
  spec: {
    selector: { matchLabels: { app: 'app' } },
    template: {
      metadata: { labels: { app: 'app' } },
      spec: { containers: [{ name: 'app', image: 'app' }] },
    },
  },
});

function subscriptionsOf({ manifests }: PipelineSet): Manifest[] {
  return manifests
    .filter(({ kind }) => kind === 'Warehouse')
    .flatMap(({ spec }) => spec?.subscriptions ?? []);
}

class ContentBuilder implements RebuiltContent {
  readonly repositories = new Map<string, Map<string, BranchFiles>>();
  readonly images = new Map<string, Set<string>>();
  readonly charts: Array<{ repoURL: string; name: string; version: string }> =
    [];
  readonly answers = new Map<string, string>();
  readonly #arguments = new Map<string, Set<string>>();
  /** Folders that hold a kustomization, by branch. */
  readonly #kustomizations = new Map<BranchFiles, Set<string>>();

  constructor(private readonly files: ReadonlyMap<string, string>) {}

  addSubscription({ git, image, chart }: Manifest): void {
    if (git) {
      const branch = this.#branch(git.repoURL, git.branch ?? TRUNK);
      for (const path of git.includePaths ?? []) {
        const file = String(path).replace(/^(glob|regexp?):/, '');
        if (/^[\w./-]+$/.test(file)) putMissing(branch, file, 'as: it was\n');
      }
    }
    if (image) {
      const tags = this.images.get(image.repoURL) ?? new Set();
      this.images.set(image.repoURL, tags.add(tagFor(image)));
    }
    if (chart) {
      this.charts.push({
        repoURL: chart.repoURL,
        name: chart.name ?? posix.basename(chart.repoURL),
        version: versionIn(chart.semverConstraint),
      });
    }
  }

  addSteps(steps: readonly PlannedStep[], set: PipelineSet): void {
    const checkouts = new Map<string, BranchFiles>();
    for (const { uses, config } of steps) {
      if (uses === 'git-clone') {
        for (const { path = '.', ...checkout } of config.checkout ?? []) {
          if (checkout.create) continue;
          const branch = checkout.branch ?? watchedBranch(set, config.repoURL);
          checkouts.set(
            posix.normalize(path),
            this.#branch(config.repoURL, branch),
          );
        }
        continue;
      }
      this.#addFilesOf({ uses, config }, checkouts);
    }
  }

  /** Values that a Stage gives to its templates, which may stand in the URLs of metrics. */
  addArguments(args: ReadonlyArray<{ name: string; value?: string }>): void {
    for (const { name, value = '' } of args) {
      const known = this.#arguments.get(name) ?? new Set();
      this.#arguments.set(name, known.add(value));
    }
  }

  addMetrics(manifests: readonly Manifest[]): void {
    const templates = manifests.filter(({ kind = '' }) =>
      kind.endsWith('AnalysisTemplate'),
    );
    for (const metric of templates.flatMap(({ spec }) => spec?.metrics ?? [])) {
      const { web } = metric.provider ?? {};
      const answer = web && answerFor(web.jsonPath, metric.successCondition);
      if (answer === undefined) continue;
      for (const url of this.#withArguments(web.url)) {
        this.answers.set(url, JSON.stringify(answer));
      }
    }
  }

  /** Puts in what depends on everything that is needed. */
  finish(): void {
    for (const [branch, folders] of this.#kustomizations) {
      const base = [...folders].find(path => posix.basename(path) === 'base');
      for (const path of folders) addKustomization(branch, path, base);
    }
    for (const branches of this.repositories.values()) {
      for (const branch of branches.values()) {
        putMissing(branch, 'README.md', '# What a pipeline promotes\n');
      }
    }
  }

  #addFilesOf(
    { uses, config }: PlannedStep,
    checkouts: ReadonlyMap<string, BranchFiles>,
  ): void {
    const at = (
      path: unknown,
      put: (branch: BranchFiles, path: string) => void,
    ) => {
      const place = locate(String(path ?? '.'), checkouts);
      if (place) put(place.branch, place.path);
    };
    switch (uses) {
      case 'kustomize-set-image':
      case 'kustomize-build':
        at(config.path, (branch, path) =>
          this.#needKustomization(branch, path),
        );
        break;
      case 'copy':
        at(config.inPath, (branch, path) => {
          if (posix.extname(path)) putMissing(branch, path, 'as: it was\n');
          else this.#needKustomization(branch, path);
        });
        break;
      case 'yaml-update':
      case 'json-update':
        at(config.path, (branch, path) => {
          const keys = (config.updates ?? []).map(
            (update: Manifest) => update.key,
          );
          putMissing(branch, path, documentWith(uses, keys, 'before'));
        });
        break;
      case 'yaml-parse':
      case 'json-parse':
        at(config.path, (branch, path) => {
          const keys = (config.outputs ?? []).map(
            (output: Manifest) => output.fromExpression,
          );
          putMissing(branch, path, documentWith(uses, keys, '1.0.0'));
        });
        break;
      case 'helm-template':
        at(config.path, addChart);
        for (const values of config.valuesFiles ?? []) {
          at(values, (branch, path) => putMissing(branch, path, '{}\n'));
        }
        break;
      default:
    }
  }

  #needKustomization(branch: BranchFiles, path: string): void {
    const known = this.#kustomizations.get(branch) ?? new Set();
    this.#kustomizations.set(branch, known.add(path));
  }

  #branch(repoURL: string, name: string): BranchFiles {
    const branches = this.repositories.get(repoURL) ?? new Map();
    this.repositories.set(repoURL, branches);
    const branch = branches.get(name) ?? new Map(this.#filesOf(repoURL));
    branches.set(name, branch);
    return branch;
  }

  /** What lies in the folder that is called like a repository. */
  *#filesOf(repoURL: string): Iterable<[string, string]> {
    const name = posix.basename(repoURL, '.git');
    for (const [path, text] of this.files) {
      if (path.startsWith(`${name}/`))
        yield [path.slice(name.length + 1), text];
    }
  }

  *#withArguments(url: string): Iterable<string> {
    const [placeholder, name] = /\{\{\s*args\.([\w-]+)\s*\}\}/.exec(url) ?? [];
    if (placeholder === undefined) {
      yield url;
      return;
    }
    for (const value of this.#arguments.get(name) ?? []) {
      yield* this.#withArguments(url.replace(placeholder, value));
    }
  }
}

/**
 * Works out what repositories, registries and services hold: the files that steps work on,
 * versions that subscriptions accept, answers that metrics are content with.
 *
 * @remarks
 * A repository that is called like a folder beside the manifests holds that folder's files.
 */
export function rebuildContent(folder: PipelineFolder): RebuiltContent {
  const content = new ContentBuilder(folder.files);
  for (const set of folder.sets) {
    for (const subscription of subscriptionsOf(set)) {
      content.addSubscription(subscription);
    }
    for (const stage of set.manifests.filter(isStage)) {
      content.addSteps(readSteps(stage, set.manifests), set);
      content.addArguments(readArguments(stage));
    }
  }
  for (const { manifests } of folder.sets) content.addMetrics(manifests);
  content.finish();
  return content;
}

function watchedBranch(set: PipelineSet, repoURL: string): string {
  const watching = subscriptionsOf(set).find(
    ({ git }) => git?.repoURL === repoURL,
  );
  return watching?.git.branch ?? TRUNK;
}

/** The checkout that a path leads into, and where in it. */
function locate(
  path: string,
  checkouts: ReadonlyMap<string, BranchFiles>,
): { branch: BranchFiles; path: string } | undefined {
  const normal = posix.normalize(path);
  for (const [folder, branch] of checkouts) {
    const rest = posix.relative(folder, normal);
    if (rest !== '..' && !rest.startsWith('../')) return { branch, path: rest };
  }
  return undefined;
}

function putMissing(branch: BranchFiles, path: string, text: string): void {
  if (!branch.has(path)) branch.set(path, text);
}

function addKustomization(
  branch: BranchFiles,
  path: string,
  base: string | undefined,
): void {
  const isOwn = base === undefined || base === path;
  const resource = isOwn ? 'deployment.yaml' : posix.relative(path, base);
  putMissing(
    branch,
    posix.join(path, 'kustomization.yaml'),
    stringify({
      apiVersion: 'kustomize.config.k8s.io/v1beta1',
      kind: 'Kustomization',
      resources: [resource],
    }),
  );
  if (isOwn) putMissing(branch, posix.join(path, resource), DEPLOYMENT);
}

function addChart(branch: BranchFiles, path: string): void {
  const put = (file: string, text: string) =>
    putMissing(branch, posix.join(path, file), text);
  put(
    'Chart.yaml',
    stringify({
      apiVersion: 'v2',
      name: posix.basename(path),
      version: '0.1.0',
    }),
  );
  put('values.yaml', '{}\n');
  const isBare = ![...branch.keys()].some(file =>
    file.startsWith(posix.join(path, 'templates/')),
  );
  if (isBare) {
    put(
      'templates/values.yaml',
      'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}\ndata:\n  values: {{ .Values | toJson | quote }}\n',
    );
  }
}

/** A document in which every key leads to the value. */
function documentWith(
  uses: string,
  keys: readonly string[],
  value: string,
): string {
  const document: Record<string, any> = {};
  for (const key of keys) {
    const parts = key.split('.');
    const last = parts.pop()!;
    const parent = parts.reduce((object, part) => {
      object[part] ??= {};
      return object[part];
    }, document);
    parent[last] = value;
  }
  return uses.startsWith('json')
    ? `${JSON.stringify(document, undefined, 2)}\n`
    : stringify(document);
}

/** A tag that an image subscription accepts. */
function tagFor(image: Manifest): string {
  const version = versionIn(image.constraint ?? image.semverConstraint);
  const patterns = [image.allowTags, ...(image.allowTagsRegexes ?? [])].filter(
    Boolean,
  );
  const candidates = [
    ...(image.imageSelectionStrategy === 'Digest' ? [image.constraint] : []),
    version,
    `v${version}`,
    'latest',
  ];
  const found = candidates.find(tag =>
    patterns.every(pattern => new RegExp(pattern).test(tag)),
  );
  return found ?? version;
}

/** The version that a constraint begins with, which most constraints include. */
function versionIn(constraint: string | undefined): string {
  const [version = '1.0.0'] = /\d+(\.\d+){0,2}/.exec(constraint ?? '') ?? [];
  const parts = version.split('.');
  return [...parts, '0', '0'].slice(0, 3).join('.');
}

/** An answer whose value at the path a comparison such as `result < 200` is true of. */
function answerFor(
  jsonPath: string | undefined,
  condition: string | undefined,
): unknown {
  const [, operator, literal] =
    /^\s*result\s*(==|<=|>=|<|>)\s*(".*"|'.*'|[\d.]+|true|false)\s*$/.exec(
      condition ?? '',
    ) ?? [];
  const [, path] = /^\{?\$\.([\w.]+)\}?$/.exec(jsonPath ?? '') ?? [];
  if (!operator || !path) return undefined;
  const text = literal.replaceAll("'", '"');
  const step = { '<': -1, '>': 1 }[operator] ?? 0;
  const value = step === 0 ? JSON.parse(text) : Number(text) + step;
  return path
    .split('.')
    .reduceRight<unknown>((inner, key) => ({ [key]: inner }), value);
}
