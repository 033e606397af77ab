import {
  ChartDependency,
  WrittenDependency,
} from '../shared/chartDependencies';

/**
 * The changes of a `Chart.yaml` that bring dependencies to the wanted versions, as updates of
 * a YAML file. Of several with one name and repository, as aliases tell apart, the first is set.
 *
 * @throws Error for one that the chart does not have.
 */
export function planUpdates(
  path: string,
  dependencies: readonly WrittenDependency[],
  wanted: readonly ChartDependency[],
): { key: string; value: string }[] {
  return wanted.flatMap(({ name, repository, version }) => {
    const written = dependencies.find(
      entry => entry.name === name && entry.repository === repository,
    );
    if (!written) {
      throw new Error(
        `"${path}/Chart.yaml" has no dependency "${name}" from "${repository}"; both must be written as they are there`,
      );
    }
    return written.version === version
      ? []
      : [{ key: written.versionKey, value: version }];
  });
}

/**
 * What a new lock changes, as a commit message; `undefined` when that is nothing.
 *
 * @param path - As it is configured.
 */
export function describeChanges(
  path: string,
  before: readonly ChartDependency[],
  after: readonly ChartDependency[],
): string | undefined {
  const old = versionsOf(before);
  const current = versionsOf(after);
  const names = new Set([...current.keys(), ...old.keys()]);
  const lines = [...names].flatMap(name => {
    const gone = without(old.get(name), current.get(name));
    const come = without(current.get(name), old.get(name));
    return [
      ...come.map((version, i) =>
        gone[i] === undefined
          ? `- ${name}: ${version}`
          : `- ${name}: ${gone[i]} -> ${version}`,
      ),
      ...gone.slice(come.length).map(() => `- ${name}: removed`),
    ];
  });
  return lines.length === 0
    ? undefined
    : `Updated chart dependencies for ${path}\n\n${lines.join('\n')}`;
}

/** By name; a chart may depend on several versions of one, under aliases. */
function versionsOf(
  dependencies: readonly ChartDependency[],
): Map<string, string[]> {
  const versions = new Map<string, string[]>();
  for (const { name, version } of dependencies) {
    versions.set(name, [...(versions.get(name) ?? []), version]);
  }
  return versions;
}

/** The versions without as many of each as there are others. */
function without(
  versions: readonly string[] = [],
  others: readonly string[] = [],
): string[] {
  const left = [...versions];
  for (const other of others) {
    const at = left.indexOf(other);
    if (at >= 0) {
      left.splice(at, 1);
    }
  }
  return left;
}
