import { existsSync } from 'node:fs';
import { mkdir, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { repositoryRoot } from '../world/paths';
import { command } from './command';
import { readManifest } from './manifests';

/** A package as it is published, and the folder that it was made from. */
export interface Tarball {
  name: string;
  file: string;
  /** Below the repository's root. */
  source: string;
}

/**
 * Installs packages from their tarballs into `node_modules` of a folder.
 *
 * @remarks
 * Packages of others are those that this repository has locked, linked: each package sees
 * exactly those that it declares, beside the tarballs. So what is missing in a tarball, in
 * its `exports` or among its dependencies shows; what is not proved is that the declared
 * ranges can be had from a registry, which the lock file of the repository says.
 */
export async function installTarballs(
  folder: string,
  tarballs: readonly Tarball[],
): Promise<void> {
  const installed = new Set(tarballs.map(({ name }) => name));
  for (const { name, file, source } of tarballs) {
    const target = join(folder, 'node_modules', name);
    await mkdir(target, { recursive: true });
    await command(
      target,
      'tar',
      ...['-xzf', file, '--strip-components=1', '--no-same-owner'],
    );
    const { dependencies = {}, peerDependencies = {} } = readManifest(target);
    const others = Object.keys({ ...dependencies, ...peerDependencies });
    await linkLocked(
      target,
      others.filter(other => !installed.has(other)),
      source,
    );
  }
}

/**
 * Links packages of others into `node_modules` of a folder.
 *
 * @param source - whose versions are meant, where packages of the repository differ
 */
export async function linkLocked(
  folder: string,
  names: readonly string[],
  source: string = '.',
): Promise<void> {
  for (const name of names) {
    const places = [source, '.'].map(place =>
      join(repositoryRoot, place, 'node_modules', name),
    );
    const found = places.find(existsSync);
    if (!found) {
      throw new Error(`${name}, which ${source} declares, is not installed`);
    }
    const link = join(folder, 'node_modules', name);
    await mkdir(dirname(link), { recursive: true });
    await symlink(found, link);
  }
}
