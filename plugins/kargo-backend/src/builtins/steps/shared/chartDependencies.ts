import { JsonValue } from 'backstage-plugin-kargo-common';
import {
  ProgramCall,
  RepoCredentials,
  StepContext,
} from 'backstage-plugin-kargo-node';
import { foldName } from '../../../edits/foldName';
import { DATA_LIMITS } from '../../../foreign/limits';
import { readYaml } from '../../../foreign/yaml';
import { toHelmError } from './helmFailure';
import { reading } from './reading';
import { findInside } from './relativePath';

/** An entry of `dependencies` in a `Chart.yaml`. */
export interface ChartDependency {
  name: string;
  version: string;
  /** Empty for one that lies in `charts/`. */
  repository: string;
}

/** One as it stands in a file. */
export interface WrittenDependency extends ChartDependency {
  /** Of its version, as updates of a YAML file name it. */
  versionKey: string;
}

/** What steps that resolve dependencies need. */
export type DependencyContext = StepContext<
  'credentials' | 'files' | 'oci' | 'programs'
>;

const OCI = 'oci://';
const FILE = 'file://';
const UNREACHABLE =
  /^\.\.\.Unable to get an update from the "[^"]*" chart repository \((.*)\):\s*\n\t(.*)/gm;
const SKIPPED = /Could not verify (\S+) for moving: (.*?) \(Skipping\)/g;
const TIMEOUT_MS = 10 * 60_000;

/**
 * The dependencies that a file names: a `Chart.yaml`, or a `Chart.lock`.
 *
 * @throws Error when it is not there or not YAML.
 */
export async function readDependencies(
  path: string,
  { files, signal }: StepContext<'files'>,
): Promise<WrittenDependency[]> {
  const source = await files.readText(path);
  const value = await reading(`"${path}"`, () =>
    readYaml(source, DATA_LIMITS, { signal }),
  );
  const list = membersOf(value, path).get('dependencies');
  if (!Array.isArray(list?.value)) {
    return [];
  }
  return list.value.map((entry, index) => {
    const members = membersOf(entry, path);
    const textOf = (name: string) => readText(members.get(name)?.value);
    return {
      name: textOf('name'),
      version: textOf('version'),
      repository: textOf('repository'),
      versionKey: `${list.key}.${index}.${
        members.get('version')?.key ?? 'version'
      }`,
    };
  });
}

/** As Helm reads a text: also from a number or a boolean. */
function readText(value: JsonValue | undefined): string {
  return ['boolean', 'number', 'string'].includes(typeof value)
    ? String(value)
    : '';
}

/**
 * Members by their name as Helm finds them, with the one that is written.
 *
 * @throws Error for a name that stands there twice, in another case: only one would count.
 */
function membersOf(
  holder: JsonValue,
  path: string,
): Map<string, { key: string; value: JsonValue | undefined }> {
  const members = new Map<
    string,
    { key: string; value: JsonValue | undefined }
  >();
  if (typeof holder !== 'object' || holder === null || Array.isArray(holder)) {
    return members;
  }
  for (const [key, value] of Object.entries(holder)) {
    const name = foldName(key);
    if (members.has(name)) {
      throw new Error(`"${path}" has the field "${name}" twice; leave one`);
    }
    members.set(name, { key, value });
  }
  return members;
}

/**
 * What else of a chart names dependencies to Helm: the file of charts of version 1, and,
 * where it builds what was locked, the lock.
 */
async function readFurther(
  command: 'build' | 'update',
  chart: string,
  context: DependencyContext,
): Promise<{ required: ChartDependency[]; locked: ChartDependency[] }> {
  const read = async (name: string) => {
    const path = `${chart}/${name}`;
    return (await context.files.find(path))
      ? readDependencies(path, context)
      : [];
  };
  return {
    required: await read('requirements.yaml'),
    locked:
      command === 'build'
        ? [...(await read('Chart.lock')), ...(await read('requirements.lock'))]
        : [],
  };
}

/**
 * Runs `helm dependency`, which brings the dependencies of a chart into its `charts/`.
 *
 * @remarks
 * Helm finds the credentials in settings that only this call has. It sends those of a
 * repository nowhere but to the repository's own host.
 *
 * @param command - `update` resolves versions and writes the lock, `build` takes what the
 * lock says.
 */
export async function runHelmDependency(
  command: 'build' | 'update',
  chart: string,
  dependencies: readonly ChartDependency[],
  context: DependencyContext,
): Promise<void> {
  const lock = await context.files.find(`${chart}/Chart.lock`, {
    followLinks: false,
  });
  if (lock?.kind === 'link') {
    throw new Error(`"${chart}/Chart.lock" is a link, which is not written to`);
  }
  const { required, locked } = await readFurther(command, chart, context);
  const named = [...dependencies, ...required];
  const remotes = await findRemotes(named, context);
  const { exitCode, stdout, stderr } = await context.programs.run('helm', {
    args: [
      'dependency',
      command,
      ...(remotes.isPlainHttp ? ['--plain-http'] : []),
      { tree: chart },
    ],
    trees: await findLocalCharts(chart, [...named, ...locked], context),
    network: remotes.urls,
    settings: remotes.settings,
    timeoutMs: TIMEOUT_MS,
    accept: [1],
  });
  const printed = stdout.toString();
  const skipped = skippedCharts(printed);
  if (exitCode !== 0 || skipped.length > 0) {
    const reasons = [...unreachable(printed), ...skipped, stderr.trim()];
    throw toHelmError(
      `"helm dependency ${command}"`,
      reasons.filter(Boolean).join('; '),
    );
  }
}

/** Helm goes on without a repository, and says afterwards only that something is missing. */
function unreachable(printed: string): string[] {
  return [...printed.matchAll(UNREACHABLE)].map(
    ([, url, reason]) => `${url} gave no index: ${reason}`,
  );
}

/** Helm succeeds without an archive that is none: it leaves `charts/` without that dependency. */
function skippedCharts(printed: string): string[] {
  return [...printed.matchAll(SKIPPED)].map(([, path, reason]) => {
    const name = path.split('/').at(-1);
    const problem = reason.replace(/^file '[^']*' /, 'it ');
    return `what came for ${name} is no chart: ${problem}`;
  });
}

/** Where dependencies come from, and what Helm is to know about it. */
interface Remotes {
  urls: string[];
  settings: NonNullable<ProgramCall['settings']>;
  /** Helm knows one answer for all registries. */
  isPlainHttp: boolean;
}

async function findRemotes(
  dependencies: readonly ChartDependency[],
  context: DependencyContext,
): Promise<Remotes> {
  const repositories = await findRepositories(dependencies, context);
  const registries = await findRegistries(dependencies, context);
  const protocols = [...registries.values()].map(({ plain }) => plain);
  return {
    urls: [
      ...repositories.map(({ url }) => url),
      ...[...registries].map(
        ([host, { plain }]) => `${plain ? 'http' : 'https'}://${host}`,
      ),
    ],
    settings: {
      'helm/repositories.yaml': JSON.stringify({
        apiVersion: '',
        repositories,
      }),
      'helm/registry/config.json': JSON.stringify({
        auths: authsOf(registries),
      }),
    },
    isPlainHttp: protocols.length > 0 && protocols.every(Boolean),
  };
}

async function findRepositories(
  dependencies: readonly ChartDependency[],
  { credentials }: DependencyContext,
) {
  const urls = new Set(
    dependencies
      .map(({ repository }) => repository)
      .filter(url => /^https?:\/\//.test(url)),
  );
  const repositories = [];
  for (const url of urls) {
    const found = await credentials.find({ type: 'helm', repoURL: url });
    repositories.push({
      name: `repository-${repositories.length}`,
      url,
      username: found?.username ?? '',
      password: found?.password?.reveal() ?? '',
    });
  }
  return repositories;
}

interface RegistryAccess {
  plain: boolean;
  credentials?: RepoCredentials;
}

/** By host; the first chart of a host that has credentials decides. */
async function findRegistries(
  dependencies: readonly ChartDependency[],
  { credentials, oci }: DependencyContext,
): Promise<Map<string, RegistryAccess>> {
  const registries = new Map<string, RegistryAccess>();
  for (const { name, repository } of dependencies) {
    if (!repository.startsWith(OCI)) {
      continue;
    }
    const repoURL = `${repository.replace(/\/+$/, '')}/${name}`;
    const [host] = repository.slice(OCI.length).split('/');
    const known = registries.get(host);
    if (known?.credentials) {
      continue;
    }
    registries.set(host, {
      plain:
        known?.plain ?? (await oci.speaksPlainHttp({ reference: repoURL })),
      credentials: await credentials.find({ type: 'helm', repoURL }),
    });
  }
  return registries;
}

function authsOf(
  registries: ReadonlyMap<string, RegistryAccess>,
): Record<string, { auth: string }> {
  return Object.fromEntries(
    [...registries].flatMap(([host, { credentials }]) => {
      const { username = '', password } = credentials ?? {};
      if (!password) {
        return [];
      }
      const auth = Buffer.from(`${username}:${password.reveal()}`).toString(
        'base64',
      );
      // Docker Hub's is kept under a name that is no host.
      const names =
        host === 'docker.io'
          ? [host, 'registry-1.docker.io', 'https://index.docker.io/v1/']
          : [host];
      return names.map(name => [name, { auth }]);
    }),
  );
}

/**
 * Charts of the Promotion's folder that others build upon.
 *
 * @throws Error for one outside of it.
 */
async function findLocalCharts(
  chart: string,
  dependencies: readonly ChartDependency[],
  { files }: DependencyContext,
): Promise<string[]> {
  const folder = (await files.find(chart))?.path ?? chart;
  return dependencies
    .filter(({ repository }) => repository.startsWith(FILE))
    .map(({ name, repository }) => {
      const path = findInside(folder, repository.slice(FILE.length));
      if (path === undefined) {
        throw new Error(
          `the dependency "${name}" of "${chart}" is at "${repository}", which is outside of the Promotion's folder`,
        );
      }
      return path || '.';
    });
}
