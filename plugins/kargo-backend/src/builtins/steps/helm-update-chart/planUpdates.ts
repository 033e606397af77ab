import { ChartDependency } from '../shared/chartDependencies';

/**
 * The changes of a `Chart.yaml` that bring dependencies to the wanted versions, as updates of
 * a YAML file.
 *
 * @throws Error for one that the chart does not have.
 */
export function planUpdates(
  path: string,
  dependencies: readonly ChartDependency[],
  wanted: readonly ChartDependency[],
): { key: string; value: string }[] {
  return wanted.flatMap(({ name, repository, version }) => {
    const index = dependencies.findIndex(
      entry => entry.name === name && entry.repository === repository,
    );
    if (index < 0) {
      throw new Error(
        `"${path}/Chart.yaml" has no dependency "${name}" from "${repository}"; both must be written as they are there`,
      );
    }
    return dependencies[index].version === version
      ? []
      : [{ key: `dependencies.${index}.version`, value: version }];
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
  const lines = [
    ...[...current].flatMap(([name, version]) => {
      const previous = old.get(name);
      if (previous === version) {
        return [];
      }
      return [
        previous === undefined
          ? `- ${name}: ${version}`
          : `- ${name}: ${previous} -> ${version}`,
      ];
    }),
    ...[...old.keys()]
      .filter(name => !current.has(name))
      .map(name => `- ${name}: removed`),
  ];
  return lines.length === 0
    ? undefined
    : `Updated chart dependencies for ${path}\n\n${lines.join('\n')}`;
}

function versionsOf(
  dependencies: readonly ChartDependency[],
): Map<string, string> {
  return new Map(dependencies.map(({ name, version }) => [name, version]));
}
