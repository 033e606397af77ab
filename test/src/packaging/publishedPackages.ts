import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '../world/paths';
import { Manifest, readManifest } from './manifests';

/** A package that is published, and where it is below the root. */
export interface PublishedPackage {
  folder: string;
  manifest: Manifest;
}

/** The packages that a release publishes. */
export function listPublishedPackages(
  root: string = repositoryRoot,
): PublishedPackage[] {
  return ['packages', 'plugins']
    .flatMap(parent =>
      readdirSync(join(root, parent)).map(name => `${parent}/${name}`),
    )
    .filter(folder => existsSync(join(root, folder, 'package.json')))
    .map(folder => ({ folder, manifest: readManifest(join(root, folder)) }))
    .filter(({ manifest }) => !manifest.private);
}
