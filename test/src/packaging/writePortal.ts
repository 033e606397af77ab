import { appendFile, copyFile, cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { repositoryRoot } from '../world/paths';
import { Manifest, readManifest, writeJson } from './manifests';
import { ACME_ENTITIES, OLD_SYSTEM_PACKAGES } from './oldFrontendSystem';
import { Release, versionIn } from './releases';

const FILES = [
  'app-config.yaml',
  'examples/org.yaml',
  'examples/entities.yaml',
];

/** What the root of a portal has of its own. */
const ROOT_TOOLS = [
  '@backstage/cli',
  '@backstage/cli-defaults',
  '@types/jest',
  '@types/node',
  'typescript',
];

/**
 * Writes a portal that has nothing but the demo's sign-in and policy: what somebody has before
 * the product is added to it.
 *
 * @param folder - an empty one, outside the repository
 */
export async function writePortal(
  folder: string,
  release: Release,
): Promise<void> {
  await mkdir(join(folder, 'examples'));
  for (const file of FILES) {
    await copyFile(join(repositoryRoot, file), join(folder, file));
  }
  await appendFile(join(folder, 'examples/entities.yaml'), ACME_ENTITIES);
  for (const name of ['app', 'backend']) {
    const target = join(folder, 'packages', name);
    await cp(join(repositoryRoot, 'packages', name), target, {
      recursive: true,
      filter: path => !/\.test\.tsx?$|\/(dist|node_modules)$/.test(path),
    });
    await writeJson(
      join(target, 'package.json'),
      withoutProduct(readManifest(target), release),
    );
  }
  await addOldSystem(join(folder, 'packages/app'));
  await writeRoot(folder, release);
}

/** Nor what only tests of the demo need, which would bring a framework of its own. */
function withoutProduct(manifest: Manifest, release: Release): Manifest {
  const choose = (
    wanted: Manifest['dependencies'] = {},
    isTaken: (name: string) => boolean,
  ) =>
    Object.fromEntries(
      Object.entries(wanted)
        .filter(([name]) => isTaken(name))
        .map(([name, range]) => [name, versionIn(release, name, range)]),
    );
  return {
    ...manifest,
    dependencies: choose(
      manifest.dependencies,
      name => !/^backstage-plugin-.*kargo/.test(name),
    ),
    devDependencies: choose(manifest.devDependencies, name =>
      /^@types\/|^@backstage\/cli/.test(name),
    ),
  };
}

/** An app has them for as long as it is one of the old frontend system. */
async function addOldSystem(app: string): Promise<void> {
  const manifest = readManifest(app);
  const { dependencies } = manifest;
  await writeJson(join(app, 'package.json'), {
    ...manifest,
    dependencies: { ...dependencies, ...OLD_SYSTEM_PACKAGES },
  });
}

async function writeRoot(folder: string, release: Release): Promise<void> {
  const root = readManifest(repositoryRoot);
  const { packageManager, resolutions, dependenciesMeta } = root;
  await writeJson(join(folder, 'package.json'), {
    name: 'portal',
    private: true,
    packageManager,
    workspaces: ['packages/*'],
    devDependencies: Object.fromEntries(
      ROOT_TOOLS.map(name => [
        name,
        versionIn(release, name, root.devDependencies?.[name]),
      ]),
    ),
    dependenciesMeta,
    resolutions,
  });
  await writeJson(join(folder, 'backstage.json'), { version: release.version });
  await writeJson(join(folder, 'tsconfig.json'), {
    extends: '@backstage/cli/config/tsconfig.json',
    include: ['packages/*/src'],
    compilerOptions: { outDir: 'dist-types', rootDir: '.', jsx: 'react-jsx' },
  });
  await writeFile(
    join(folder, '.yarnrc.yml'),
    'enableImmutableInstalls: false\nenableTelemetry: false\nnodeLinker: node-modules\n',
  );
  if (release.isOlder) {
    // A portal of an older release keeps what it was installed with.
    await copyFile(
      join(repositoryRoot, 'yarn.lock'),
      join(folder, 'yarn.lock'),
    );
  }
}
