import { readdirSync } from 'node:fs';
import { copyFile, cp, mkdir, symlink } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { packageFolder, repositoryRoot } from '../world/paths';
import { command } from './command';
import { Tarball } from './installTarballs';
import { Manifest, readManifest } from './manifests';

/** A package of the repository, and where it is below the root. */
interface LocalPackage {
  folder: string;
  manifest: Manifest;
}

/** Packages that show how to write one for this product. */
const SAMPLES = ['examples/interface-module', 'examples/step-module'];

/** What `yarn pack` wants of a repository beside its packages. */
const ROOT_FILES = [
  'package.json',
  'tsconfig.json',
  'yarn.lock',
  '.yarnrc.yml',
  'node_modules/.yarn-state.yml',
  '.yarn/install-state.gz',
];

/**
 * Builds and packs packages of the repository, and those of it that they depend on, as a
 * release does: `backstage-cli repo build` and `yarn pack`.
 *
 * @remarks
 * In a copy, because packing changes each `package.json` and back; a test that is stopped in
 * between would leave the repository changed.
 *
 * @param stage - an empty folder
 */
export async function packPackages(
  stage: string,
  names: readonly string[],
): Promise<Tarball[]> {
  const all = listPackages();
  const packed = withDependencies(names, all);
  await copyRepository(stage, all, packed);
  await bringDeclarations(stage, packed);
  await command(stage, 'yarn', 'backstage-cli', 'repo', 'build');
  return Promise.all(
    packed.map(async ({ folder, manifest: { name } }) => {
      const file = join(stage, `${name}.tgz`);
      await command(join(stage, folder), 'yarn', 'pack', '--filename', file);
      return { name, file, source: folder };
    }),
  );
}

/** Those that `yarn tsc` has just written, where the environment says so, or new ones. */
async function bringDeclarations(
  stage: string,
  packed: readonly LocalPackage[],
): Promise<void> {
  if (process.env.KARGO_TEST_DECLARATIONS) {
    await Promise.all(
      packed.map(({ folder }) => {
        const path = join('dist-types', folder);
        return cp(join(repositoryRoot, path), join(stage, path), {
          recursive: true,
        });
      }),
    );
    return;
  }
  await command(
    stage,
    process.execPath,
    ...['--require', nodeTransform()],
    join(repositoryRoot, 'test/src/packaging/emitDeclarations.ts'),
    ...[stage, ...packed.flatMap(listEntries)],
  );
}

function listPackages(): LocalPackage[] {
  const folders = ['packages', 'plugins'].flatMap(parent =>
    readdirSync(join(repositoryRoot, parent)).map(name => `${parent}/${name}`),
  );
  return [...folders, 'test', ...SAMPLES].map(folder => ({
    folder,
    manifest: readManifest(join(repositoryRoot, folder)),
  }));
}

function withDependencies(
  names: readonly string[],
  all: readonly LocalPackage[],
): LocalPackage[] {
  const found = new Set<LocalPackage>();
  const add = (name: string) => {
    const local = all.find(({ manifest }) => manifest.name === name);
    if (!local || found.has(local)) return;
    found.add(local);
    Object.keys(local.manifest.dependencies ?? {}).forEach(add);
  };
  names.forEach(add);
  return [...found];
}

/**
 * The packages to pack, every installed package by a link, and of what packages of the
 * repository they are tested with the manifest: `yarn pack` wants to know its version.
 */
async function copyRepository(
  stage: string,
  all: readonly LocalPackage[],
  packed: readonly LocalPackage[],
): Promise<void> {
  const modules = join(stage, 'node_modules');
  await mkdir(modules, { recursive: true });
  await mkdir(join(stage, '.yarn'));
  for (const file of ROOT_FILES) {
    await copyFile(join(repositoryRoot, file), join(stage, file));
  }
  const local = new Set(all.map(({ manifest }) => manifest.name));
  for (const entry of readdirSync(join(repositoryRoot, 'node_modules'))) {
    if (!local.has(entry) && entry !== '.yarn-state.yml') {
      await symlink(
        join(repositoryRoot, 'node_modules', entry),
        join(modules, entry),
      );
    }
  }
  const tested = new Set(
    packed.flatMap(({ manifest }) =>
      Object.keys(manifest.devDependencies ?? {}),
    ),
  );
  for (const each of all) {
    const source = join(repositoryRoot, each.folder);
    const target = join(stage, each.folder);
    if (packed.includes(each)) {
      await cp(source, target, { recursive: true, filter: isSource });
      await symlink(target, join(modules, each.manifest.name));
    } else if (tested.has(each.manifest.name)) {
      await mkdir(target, { recursive: true });
      await copyFile(
        join(source, 'package.json'),
        join(target, 'package.json'),
      );
    }
  }
}

function isSource(path: string): boolean {
  return !/^(node_modules|dist|coverage)$/.test(
    relative(repositoryRoot, path).split('/').at(2) ?? '',
  );
}

/** Where a package begins, in TypeScript. */
function listEntries({ folder, manifest }: LocalPackage): string[] {
  const { main = '', exports = { '.': main } } = manifest;
  return Object.values(exports)
    .filter(path => path.endsWith('.ts'))
    .map(path => join(folder, path));
}

function nodeTransform(): string {
  return join(packageFolder('@backstage/cli'), 'config', 'nodeTransform.cjs');
}
