import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { repositoryRoot } from '../world/paths';
import { Tarball } from './installTarballs';
import { Manifest, readManifest, writeJson } from './manifests';
import { ENTRY, OLD_FRONTEND_SYSTEM } from './oldFrontendSystem';
import { Release, versionIn } from './releases';

/** What the interface is made of, with a sample of what others add: the rest is the backend's. */
export const INTERFACE_PACKAGES = [
  'backstage-plugin-kargo',
  'backstage-plugin-kargo-module-acme',
];

/** All that a portal can add; each brings those of ours that it depends on. */
export const ADDED_PACKAGES = [
  ...INTERFACE_PACKAGES,
  'backstage-plugin-kargo-backend',
  'backstage-plugin-kargo-backend-module-github',
  'backstage-plugin-kargo-backend-module-hcl',
  'backstage-plugin-kargo-backend-module-jira',
  'backstage-plugin-kargo-backend-module-notifications',
  'backstage-plugin-kargo-backend-module-servicenow',
  'backstage-plugin-search-backend-module-kargo',
];

/** What the guide adds beside the interface, which asks for it, of the release of the portal. */
const BESIDE = [
  '@backstage/plugin-catalog-react',
  '@backstage/plugin-home-react',
  '@backstage/plugin-search-react',
];

const WORDS = `
import {
  createFrontendModule,
  createTranslationMessages,
} from '@backstage/frontend-plugin-api';
import { TranslationBlueprint } from '@backstage/plugin-app-react';
import { kargoTranslationRef } from 'backstage-plugin-kargo';

const resource = createTranslationMessages({
  ref: kargoTranslationRef,
  full: false,
  messages: {
    'promote.actionTo': 'Set off to {{stage}}',
    'pipeline.title': 'What is under way',
  },
});

export const wordsModule = createFrontendModule({
  pluginId: 'app',
  extensions: [TranslationBlueprint.make({ name: 'kargo', params: { resource } })],
});
`;

/** Adds packages to a portal by their tarballs, as the guide says, and uses them. */
export async function addPackages(
  folder: string,
  release: Release,
  tarballs: readonly Tarball[],
): Promise<void> {
  const files = (isTaken: (name: string) => boolean) =>
    Object.fromEntries(
      tarballs
        .filter(({ name }) => isTaken(name))
        .map(({ name, file }) => [name, `file:${file}`]),
    );
  const isOfApp = (name: string) => INTERFACE_PACKAGES.includes(name);
  const { devDependencies } = readManifest(
    join(repositoryRoot, 'plugins/kargo'),
  );
  await change(join(folder, 'packages/app'), ({ dependencies }) => ({
    dependencies: {
      ...dependencies,
      ...files(isOfApp),
      ...Object.fromEntries(
        BESIDE.map(name => [
          name,
          versionIn(release, name, devDependencies?.[name]),
        ]),
      ),
    },
  }));
  await change(join(folder, 'packages/backend'), ({ dependencies }) => ({
    dependencies: { ...dependencies, ...files(name => !isOfApp(name)) },
  }));
  // They ask for each other by versions that no registry has yet.
  await change(folder, ({ resolutions }) => ({
    resolutions: { ...resolutions, ...files(() => true) },
  }));
  await useInApp(join(folder, 'packages/app/src'));
  await useInBackend(join(folder, 'packages/backend/src/index.ts'), tarballs);
}

async function change(
  folder: string,
  changed: (manifest: Manifest) => Partial<Manifest>,
): Promise<void> {
  const manifest = readManifest(folder);
  await writeJson(join(folder, 'package.json'), {
    ...manifest,
    ...changed(manifest),
  });
}

async function useInApp(source: string): Promise<void> {
  await writeFile(join(source, 'modules/words.ts'), WORDS);
  await writeFile(join(source, 'oldFrontendSystem.tsx'), OLD_FRONTEND_SYSTEM);
  await writeFile(join(source, 'index.tsx'), ENTRY);
  await edit(
    join(source, 'App.tsx'),
    'features: [',
    found => `${found}wordsModule, `,
  );
  await edit(
    join(source, 'App.tsx'),
    'import ',
    found => `import { wordsModule } from './modules/words';\n${found}`,
  );
}

async function useInBackend(
  file: string,
  tarballs: readonly Tarball[],
): Promise<void> {
  const names = tarballs.map(({ name }) => name);
  await edit(
    file,
    "backend.add(import('backstage-plugin-kargo-backend'));\n",
    (found, source) => found + addMissingModules(source, names),
  );
}

/** The lines of those of the plugin's modules among packages that a backend does not add yet. */
export function addMissingModules(
  source: string,
  packages: readonly string[],
): string {
  return packages
    .filter(name => name.startsWith('backstage-plugin-kargo-backend-module-'))
    .map(name => `backend.add(import('${name}'));\n`)
    .filter(line => !source.includes(line))
    .join('');
}

/** Changes a text where it occurs first in a file, where it must. */
async function edit(
  file: string,
  text: string,
  changed: (text: string, source: string) => string,
): Promise<void> {
  const old = await readFile(file, 'utf8');
  if (!old.includes(text)) {
    throw new Error(`${file} has no '${text.trim()}'`);
  }
  await writeFile(
    file,
    old.replace(text, found => changed(found, old)),
  );
}
