import {
  createStep,
  StepContext,
  StepFiles,
} from 'backstage-plugin-kargo-node';
import {
  DependencyContext,
  readDependencies,
  runHelmDependency,
} from '../shared/chartDependencies';
import { isManifestFile, OutputFiles } from '../shared/outputFiles';
import { readResourceHead } from '../shared/resourceHead';
import { HelmTemplateConfig, ParsedHelmTemplateConfig } from './config';
import { layOutAsChart, layOutFlat } from './layOut';
import {
  RenderedDocument,
  splitDocuments,
  splitRendered,
} from './splitRendered';
import { templateArguments } from './templateArguments';

const MAX_OUTPUT_BYTES = 128 * 1024 * 1024;

/** Renders a chart into a file, or into files of a folder. */
export const helmTemplateStep = createStep({
  id: 'helm-template',
  description: 'Renders a Helm chart.',
  config: HelmTemplateConfig,
  needs: ['credentials', 'files', 'oci', 'programs'],
  workspace: 'writes',
  async run(config, context) {
    const { files, programs, project } = context;
    if (!(await files.find(config.path))) {
      throw new Error(`there is no chart at "${config.path}"`);
    }
    const valuesFiles = await findValuesFiles(config, files);
    if (config.buildDependencies) {
      await buildDependencies(config.path, context);
    }
    const { stdout } = await programs.run('helm', {
      args: templateArguments(config, {
        namespace: config.namespace || project,
        valuesFiles,
      }),
      maxOutputBytes: MAX_OUTPUT_BYTES,
    });
    if (isManifestFile(config.outPath)) {
      await files.write(config.outPath, stdout);
    } else {
      const documents = splitRendered(stdout.toString('utf8'));
      const laidOut = await layOut(config, documents, context);
      await laidOut.write(files, config.outPath);
    }
    return { kind: 'succeeded' };
  },
});

/** Brings what the lock says; without a lock, what is newest. */
async function buildDependencies(
  chart: string,
  context: DependencyContext,
): Promise<void> {
  if ((await context.files.find(chart))?.kind !== 'folder') {
    return;
  }
  const dependencies = await readDependencies(`${chart}/Chart.yaml`, context);
  if (dependencies.length > 0) {
    await runHelmDependency('build', chart, dependencies, context);
  }
}

async function findValuesFiles(
  { valuesFiles, ignoreMissingValueFiles }: ParsedHelmTemplateConfig,
  files: StepFiles,
): Promise<string[]> {
  const found: string[] = [];
  for (const path of valuesFiles) {
    if (await files.find(path)) {
      found.push(path);
    } else if (!ignoreMissingValueFiles) {
      throw new Error(
        `there is no values file "${path}"; with ignoreMissingValueFiles it may be missing`,
      );
    }
  }
  return found;
}

async function layOut(
  { outLayout, releaseName, useReleaseName }: ParsedHelmTemplateConfig,
  documents: readonly RenderedDocument[],
  { signal }: StepContext<'files'>,
): Promise<OutputFiles> {
  if (outLayout === 'helm') {
    return layOutAsChart(documents, useReleaseName ? releaseName : undefined);
  }
  const withHeads = [];
  for (const document of splitDocuments(documents)) {
    const what = `a document of ${document.source}`;
    const head = await readResourceHead(document.text, what, signal);
    withHeads.push({ ...document, head });
  }
  return layOutFlat(withHeads);
}
