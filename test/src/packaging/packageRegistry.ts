import { execFile } from 'node:child_process';
import { createReadStream, existsSync, realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { LoopbackServer, startLoopbackServer } from '../world/loopbackServer';
import { repositoryRoot } from '../world/paths';
import { command } from './command';
import { Tarball } from './installTarballs';
import { Manifest, readManifest } from './manifests';

/** What npm reads of a version before it installs it. */
const FIELDS = [
  'name',
  'version',
  'bin',
  'dependencies',
  'engines',
  'peerDependencies',
  'peerDependenciesMeta',
] as const;

/** A version that the registry has. */
interface Version {
  manifest: Manifest;
  /** Tarball; made when it is first asked for where it is a package of others. */
  file: () => Promise<string>;
}

/**
 * Starts a registry of packages: those of the tarballs, and of others the versions that this
 * repository has locked. So npm itself resolves the ranges of what is published, without a
 * network.
 *
 * @param folder - an empty folder, for tarballs of packages of others
 */
export async function startPackageRegistry(
  folder: string,
  tarballs: readonly Tarball[],
): Promise<LoopbackServer> {
  const versions = new Map<string, Version>();
  for (const { file, source } of tarballs) {
    const manifest = await readTarball(file);
    add(versions, manifest, async () => file);
    addLocked(versions, manifest, join(repositoryRoot, source), folder);
  }
  return startLoopbackServer({
    route: ({ url }) => decodeURIComponent(url.pathname.slice(1)),
    handle: async ({ headers }, { route }) => {
      const found = versions.get(route);
      if (found) {
        return { status: 200, body: createReadStream(await found.file()) };
      }
      const own = [...versions.values()].filter(
        ({ manifest }) => manifest.name === route,
      );
      return own.length === 0
        ? { status: 404, body: '{}' }
        : {
            status: 200,
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify(describe(own, `http://${headers.host}`)),
          };
    },
  });
}

/** By a key that is also the path of its tarball. */
function add(
  versions: Map<string, Version>,
  manifest: Manifest,
  file: Version['file'],
): boolean {
  const key = keyOf(manifest);
  const isNew = !versions.has(key);
  if (isNew) {
    versions.set(key, { manifest, file });
  }
  return isNew;
}

function keyOf({ name, version }: Manifest): string {
  return `${name}@${version}.tgz`;
}

/** The packages of others that a package finds from where it is, and those that these find. */
function addLocked(
  versions: Map<string, Version>,
  { dependencies, peerDependencies }: Manifest,
  from: string,
  folder: string,
): void {
  for (const name of Object.keys({ ...dependencies, ...peerDependencies })) {
    const place = findInstalled(name, from);
    // Packages of the repository come as tarballs, and not every peer is wanted.
    if (place === undefined || !place.includes('node_modules')) {
      continue;
    }
    const manifest = readManifest(place);
    const packed = join(folder, encodeURIComponent(keyOf(manifest)));
    if (add(versions, manifest, () => packInstalled(place, packed))) {
      addLocked(versions, manifest, place, folder);
    }
  }
}

/** As Node looks for it: in the folder's own `node_modules` and in those around it. */
function findInstalled(name: string, from: string): string | undefined {
  const place = join(from, 'node_modules', name);
  if (existsSync(join(place, 'package.json'))) {
    return realpathSync(place);
  }
  return from === repositoryRoot
    ? undefined
    : findInstalled(name, dirname(from));
}

async function packInstalled(place: string, file: string): Promise<string> {
  if (!existsSync(file)) {
    const name = basename(place);
    const exclude = `--exclude=${name}/node_modules`;
    await command(dirname(place), 'tar', '-czf', file, exclude, name);
  }
  return file;
}

async function readTarball(file: string): Promise<Manifest> {
  const { stdout } = await promisify(execFile)('tar', [
    '-xzOf',
    file,
    'package/package.json',
  ]);
  return JSON.parse(stdout);
}

function describe(own: readonly Version[], url: string) {
  const [{ manifest: latest }] = own;
  return {
    name: latest.name,
    'dist-tags': { latest: latest.version },
    versions: Object.fromEntries(
      own.map(({ manifest }) => [
        manifest.version,
        {
          ...Object.fromEntries(
            FIELDS.map(field => [field, Reflect.get(manifest, field)]),
          ),
          dist: { tarball: `${url}/${encodeURIComponent(keyOf(manifest))}` },
        },
      ]),
    ),
  };
}
