import { HostFunction, Types, Value } from 'backstage-plugin-kargo-expr';

const FUNCTIONS: ReadonlyMap<string, () => HostFunction> = new Map([
  [
    'upper',
    () =>
      new HostFunction('upper', [Types.string], ([value]) =>
        String(value).toUpperCase(),
      ),
  ],
  [
    'normalizeGit',
    () =>
      new HostFunction('normalizeGit', [Types.unknown], ([value]) =>
        normalizeGit(value),
      ),
  ],
]);

/** A function that the environments of the corpus name. */
export function namedFunction(name: string): HostFunction {
  const make = FUNCTIONS.get(name);
  if (!make) throw new Error(`the corpus names an unknown function ${name}`);
  return make();
}

/** Just enough of the URL rules for the environments of the corpus. */
function normalizeGit(value: Value): Value {
  if (value === null) return '';
  if (typeof value !== 'string') throw new Error('expected a string');
  return value
    .trim()
    .toLowerCase()
    .replace(/\/$/, '')
    .replace(/\.git$/, '');
}
