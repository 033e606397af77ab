import { createRequire } from 'node:module';
import { join } from 'node:path';
import { parse } from 'yaml';
import { ONE_PER_APP } from './onePerApp';

/** An entry of `yarn.lock`, such as `@backstage/ui@npm:0.20.0`. */
interface Locked {
  resolution?: string;
  version?: string;
}

/** Packages of Backstage that a lock file has more versions of than an earlier one. */
export function findNewVersions(before: string, after: string): string[] {
  const earlier = versionsIn(before);
  return [...versionsIn(after)].flatMap(([name, versions]) => {
    const known = earlier.get(name);
    return known && versions.size > known.size
      ? [`${name} ${[...versions].join(' and ')}`]
      : [];
  });
}

function versionsIn(lock: string): Map<string, Set<string>> {
  const versions = new Map<string, Set<string>>();
  const entries: Locked[] = Object.values(parse(lock));
  for (const { resolution = '', version = '' } of entries) {
    const [name] = /^@backstage\/[^@]+/.exec(resolution) ?? [];
    if (name) {
      versions.set(name, (versions.get(name) ?? new Set()).add(version));
    }
  }
  return versions;
}

/**
 * What there may only be one of, and that a package finds elsewhere than the app does.
 *
 * @param folder - of a portal that has installed it
 */
export function findCopies(folder: string, packageName: string): string[] {
  const app = createRequire(join(folder, 'packages/app/package.json'));
  const find = (from: NodeJS.Require, name: string) =>
    from.resolve(`${name}/package.json`);
  const own = createRequire(find(app, packageName));
  return ONE_PER_APP.filter(name => find(own, name) !== find(app, name)).map(
    name => `${name} in ${packageName}`,
  );
}
