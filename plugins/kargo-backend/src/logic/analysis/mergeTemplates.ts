import {
  AnalysisArgument,
  AnalysisRunSpec,
  AnalysisTemplateSpec,
} from 'backstage-plugin-kargo-common';

/**
 * Merges templates into what one run measures, in the given order, which is: those of the
 * project, then those of the installation. References to further templates are dropped, as
 * in Kargo.
 *
 * @throws Error when two templates disagree
 */
export function mergeTemplates(
  templates: readonly AnalysisTemplateSpec[],
): AnalysisRunSpec {
  const metrics = templates.flatMap(template => template.metrics ?? []);
  const dryRun = templates.flatMap(template => template.dryRun ?? []);
  const retention = templates.flatMap(
    template => template.measurementRetention ?? [],
  );
  refuseDuplicates(
    metrics.map(metric => metric.name),
    'metric name',
  );
  refuseDuplicates(
    dryRun.map(rule => rule.metricName),
    'dry-run metric name',
  );
  refuseDuplicates(
    retention.map(rule => rule.metricName),
    'measurement retention metric name',
  );
  const args = mergeArgs(templates.flatMap(template => template.args ?? []));
  return {
    ...(metrics.length > 0 && { metrics }),
    ...(args.length > 0 && { args }),
    ...(dryRun.length > 0 && { dryRun }),
    ...(retention.length > 0 && { measurementRetention: retention }),
  };
}

function refuseDuplicates(names: readonly string[], what: string): void {
  const duplicate = names.find((name, i) => names.indexOf(name) < i);
  if (duplicate !== undefined) {
    throw new Error(`duplicate ${what}: ${JSON.stringify(duplicate)}`);
  }
}

/** Upstream: a later value fills a missing one, a later `valueFrom` does not. */
function mergeArgs(args: readonly AnalysisArgument[]): AnalysisArgument[] {
  const merged = new Map<string, AnalysisArgument>();
  for (const arg of args) {
    const previous = merged.get(arg.name);
    if (!previous) {
      merged.set(arg.name, arg);
    } else if (previous.value === undefined && arg.value !== undefined) {
      merged.set(arg.name, { ...previous, value: arg.value });
    } else if (arg.value !== undefined && arg.value !== previous.value) {
      throw new Error(
        `conflicting values for argument ${JSON.stringify(
          arg.name,
        )}: ${JSON.stringify(previous.value)} and ${JSON.stringify(arg.value)}`,
      );
    }
  }
  return [...merged.values()];
}

/**
 * Gives arguments of templates their values. Values of arguments that no template declares
 * are dropped, as upstream; a reference to a Secret stays and wins over a value.
 *
 * @throws Error when an argument is left without a value
 */
export function supplyArgs(
  args: readonly AnalysisArgument[],
  values: Readonly<Record<string, string>>,
): AnalysisArgument[] {
  return args.map(arg => {
    const supplied = Object.hasOwn(values, arg.name)
      ? { ...arg, value: values[arg.name] }
      : arg;
    if (supplied.value === undefined && supplied.valueFrom === undefined) {
      throw new Error(
        `unresolved argument ${JSON.stringify(
          arg.name,
        )}: neither Value nor ValueFrom is set; give it a value in the template or in verification.args of the Stage`,
      );
    }
    return supplied;
  });
}
