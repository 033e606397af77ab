import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { repositoryRoot } from '../world/paths';
import { ADDED_PACKAGES, addMissingModules } from './addPackages';

it('adds each module to the backend of the demo once, also those that it has', async () => {
  const source = await readFile(
    join(repositoryRoot, 'packages/backend/src/index.ts'),
    'utf8',
  );
  const whole = source + addMissingModules(source, ADDED_PACKAGES);
  const modules = ADDED_PACKAGES.filter(name =>
    name.startsWith('backstage-plugin-kargo-backend-module-'),
  );
  expect(modules).not.toEqual([]);
  expect(
    modules.map(name => whole.split(`import('${name}')`).length - 1),
  ).toEqual(modules.map(() => 1));
});
