import {
  createStep,
  StepContext,
  StepFiles,
} from 'backstage-plugin-kargo-node';
import { editForeign } from '../../../foreign/editForeign';
import { DATA_LIMITS } from '../../../foreign/limits';
import { readYaml } from '../../../foreign/yaml';
import { editing } from '../shared/editing';
import { reading } from '../shared/reading';
import { YamlMergeConfig } from './config';

/** Merges YAML files into one; what stands in a later one wins. */
export const yamlMergeStep = createStep({
  id: 'yaml-merge',
  description: 'Merges YAML files into one.',
  config: YamlMergeConfig,
  needs: ['files'],
  workspace: 'writes',
  async run({ inFiles, outFile, ignoreMissingFiles }, context) {
    const { files, signal } = context;
    const paths = await findInputs(inFiles, ignoreMissingFiles, files);
    const texts = [];
    for (const path of paths) {
      texts.push(await readInput(path, context));
    }
    const [base = '', ...others] = texts;
    const merged = await editing(outFile, () =>
      editForeign('yamlMerge', base, [others], { limits: DATA_LIMITS, signal }),
    );
    await files.write(outFile, merged);
    const commitMessage = describeMerge(paths, outFile);
    return {
      kind: 'succeeded',
      ...(commitMessage !== undefined && { output: { commitMessage } }),
    };
  },
});

async function findInputs(
  inFiles: readonly string[],
  ignoreMissingFiles: boolean,
  files: StepFiles,
): Promise<string[]> {
  const found: string[] = [];
  for (const path of inFiles) {
    if (path !== '' && (await files.find(path))) {
      found.push(path);
    } else if (!ignoreMissingFiles) {
      throw new Error(
        `there is no file "${path}"; with ignoreMissingFiles it may be missing`,
      );
    }
  }
  return found;
}

/** Also sees to it that aliases do not make too much of it. */
async function readInput(
  path: string,
  { files, signal }: StepContext<'files'>,
): Promise<string> {
  const text = await files.readText(path);
  await reading(`"${path}"`, () => readYaml(text, DATA_LIMITS, { signal }));
  return text;
}

function describeMerge(
  paths: readonly string[],
  outFile: string,
): string | undefined {
  if (paths.length < 2) {
    return paths.length === 1 ? `Wrote ${paths[0]} to ${outFile}` : undefined;
  }
  const lines = paths.map(path => `- ${path}`);
  return `Merged ${paths.length} YAML files to ${outFile}\n${lines.join('\n')}`;
}
