import { createStep } from 'backstage-plugin-kargo-node';
import {
  ChartDependency,
  DependencyContext,
  readDependencies,
  runHelmDependency,
} from '../shared/chartDependencies';
import { editText } from '../shared/editText';
import { HelmUpdateChartConfig } from './config';
import { describeChanges, planUpdates } from './planUpdates';

/** Sets versions of a chart's dependencies, and brings these into its folder. */
export const helmUpdateChartStep = createStep({
  id: 'helm-update-chart',
  description: 'Updates the dependencies of a Helm chart.',
  config: HelmUpdateChartConfig,
  needs: ['credentials', 'files', 'oci', 'programs'],
  workspace: 'writes',
  async run({ path, charts }, context) {
    const { files } = context;
    const file = `${path}/Chart.yaml`;
    const dependencies = await readDependencies(file, context);
    const updates = planUpdates(path, dependencies, charts ?? []);
    if (dependencies.length === 0) {
      return { kind: 'succeeded' };
    }
    if (updates.length > 0) {
      await editText(context, file, 'yaml', updates);
    }
    const lockFile = `${path}/Chart.lock`;
    const lock = (await files.find(lockFile))
      ? await files.read(lockFile)
      : undefined;
    const before = await readLock(lockFile, context);
    const wanted = await readDependencies(file, context);
    await runHelmDependency('update', path, wanted, context);
    const after = await readLock(lockFile, context);
    const commitMessage = describeChanges(path, before, after);
    if (commitMessage === undefined && lock) {
      // Helm writes the time into it, which alone is no change.
      await files.write(lockFile, lock);
    }
    return {
      kind: 'succeeded',
      ...(commitMessage !== undefined && { output: { commitMessage } }),
    };
  },
});

async function readLock(
  path: string,
  context: DependencyContext,
): Promise<ChartDependency[]> {
  return (await context.files.find(path))
    ? readDependencies(path, context)
    : [];
}
