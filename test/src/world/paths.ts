import { realpathSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/** The folder of the whole checkout. */
export const repositoryRoot = realpathSync(
  // eslint-disable-next-line no-restricted-syntax -- this package is never built or published, so its own place on disk is known
  resolve(__dirname, '..', '..', '..'),
);

/** Where unpacked programs are kept between runs; ignored by git. */
export const cacheFolder = resolve(repositoryRoot, '.cache');

/** The folder of an installed package, also when it does not export its package.json. */
export function packageFolder(name: string): string {
  const places = require.resolve.paths(name) ?? [];
  for (const place of places) {
    try {
      return realpathSync(resolve(place, name));
    } catch {
      // Not installed here; the next place up may have it.
    }
  }
  throw new Error(`${name} is not installed under ${dirname(repositoryRoot)}`);
}
