import {
  createStep,
  StepContext,
  StepPrograms,
  TerminalError,
} from 'backstage-plugin-kargo-node';
import { isManifestFile, OutputFiles } from '../shared/outputFiles';
import { describeResource, readResourceHead } from '../shared/resourceHead';
import { KustomizeBuildConfig, ParsedKustomizeBuildConfig } from './config';
import { nameFiles } from './nameFiles';
import { PreparedBuild, prepareBuild } from './prepareBuild';
import { RemoteSources } from './RemoteSources';
import {
  KustomizationSurvey,
  surveyKustomization,
} from './surveyKustomization';

const MAX_OUTPUT_BYTES = 128 * 1024 * 1024;
const SEPARATOR = /^---\n/m;

type BuildContext = StepContext<'files' | 'git' | 'http' | 'programs'>;

/** Builds a kustomization into a file, or into a file for each resource. */
export const kustomizeBuildStep = createStep({
  id: 'kustomize-build',
  description: 'Builds a kustomization.',
  config: KustomizeBuildConfig,
  needs: ['files', 'git', 'http', 'programs'],
  workspace: 'writes',
  async run(config, context) {
    const { files } = context;
    const stdout = await build(config, context);
    if (isManifestFile(config.outPath)) {
      await files.write(config.outPath, stdout);
    } else {
      const output = await layOut(config, stdout.toString('utf8'), context);
      await output.write(files, config.outPath);
    }
    return { kind: 'succeeded' };
  },
});

async function build(
  config: ParsedKustomizeBuildConfig,
  context: BuildContext,
): Promise<Buffer> {
  return context.files.withTemporaryFolder(async temporary => {
    const remotes = new RemoteSources(context, `${temporary}/remote`);
    try {
      const survey = await surveyKustomization(config.path, context, each =>
        remotes.bring(each),
      );
      const prepared = await prepareBuild(
        config.path,
        survey,
        temporary,
        context,
      );
      return await runKustomize(config, survey, prepared, context);
    } catch (error) {
      throw inTheirWords(error, text =>
        remotes
          .rename(text)
          .replaceAll(`${temporary}/tree/`, '')
          .replaceAll(`${temporary}/tree`, '.'),
      );
    }
  });
}

/** Nobody knows the folder of a build, and soon it is not there any more. */
function inTheirWords(
  error: unknown,
  rename: (text: string) => string,
): unknown {
  if (!(error instanceof Error) || rename(error.message) === error.message) {
    return error;
  }
  return new Error(rename(error.message), { cause: error });
}

async function runKustomize(
  config: ParsedKustomizeBuildConfig,
  { readsOutside, usesHelm }: KustomizationSurvey,
  { path, trees }: PreparedBuild,
  { programs }: BuildContext,
): Promise<Buffer> {
  const { apiVersions, kubeVersion } = helmSettings(config);
  const { program, command } = await findKustomize(programs);
  const { stdout } = await programs.run(program, {
    args: [
      command,
      { tree: path },
      // All that is read was surveyed; without need Kustomize's own rule holds, too.
      ...(readsOutside ? ['--load-restrictor', 'LoadRestrictionsNone'] : []),
      ...(usesHelm ? ['--enable-helm'] : []),
      ...apiVersions.flatMap(version => ['--helm-api-versions', version]),
      ...(kubeVersion ? ['--helm-kube-version', kubeVersion] : []),
    ],
    trees,
    programs: usesHelm ? ['helm'] : [],
    maxOutputBytes: MAX_OUTPUT_BYTES,
  });
  return stdout;
}

function helmSettings(config: ParsedKustomizeBuildConfig) {
  const { apiVersions, kubeVersion } = config.plugin?.helm ?? {};
  return {
    apiVersions: apiVersions ?? config['plugin.helm.apiVersions'] ?? [],
    kubeVersion: kubeVersion ?? config['plugin.helm.kubeVersion'],
  };
}

/** Kustomize stands alone or is part of kubectl. */
async function findKustomize(
  programs: StepPrograms,
): Promise<{ program: string; command: string }> {
  if (await programs.has('kustomize')) {
    return { program: 'kustomize', command: 'build' };
  }
  if (await programs.has('kubectl')) {
    return { program: 'kubectl', command: 'kustomize' };
  }
  throw new TerminalError(
    'neither "kustomize" nor "kubectl" is installed on the portal; install one of them or name it in kargo.programs.kustomize or kargo.programs.kubectl',
  );
}

async function layOut(
  { outputFormat }: ParsedKustomizeBuildConfig,
  built: string,
  { signal }: StepContext<'files'>,
): Promise<OutputFiles> {
  const resources = [];
  for (const text of built.split(SEPARATOR)) {
    if (text.trim() !== '') {
      const head = await readResourceHead(text, 'a built resource', signal);
      resources.push({ text, head });
    }
  }
  const names = nameFiles(
    resources.map(({ head }) => head),
    outputFormat,
  );
  const output = new OutputFiles();
  resources.forEach(({ text, head }, index) =>
    output.add(names[index], text, describeResource(head)),
  );
  return output;
}
