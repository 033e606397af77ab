import { ProgramArgument } from 'backstage-plugin-kargo-node';
import { ParsedHelmTemplateConfig } from './config';

/**
 * What `helm template` is told.
 *
 * @remarks
 * Whatever order they are given in, Helm applies values files first, then `--set`, then
 * `--set-literal`. Texts of users stand behind a flag that takes one, or behind `--`.
 */
export function templateArguments(
  config: ParsedHelmTemplateConfig,
  {
    namespace,
    valuesFiles,
  }: { namespace: string; valuesFiles: readonly string[] },
): ProgramArgument[] {
  const { kubeVersion } = config;
  return [
    'template',
    '--namespace',
    namespace,
    ...valuesFiles.flatMap(path => ['--values', { path }]),
    ...config.setValues.flatMap(({ key, value, literal }) => [
      literal ? '--set-literal' : '--set',
      `${key}=${value}`,
    ]),
    ...config.apiVersions.flatMap(version => ['--api-versions', version]),
    ...(kubeVersion ? ['--kube-version', kubeVersion] : []),
    ...(config.includeCRDs ? ['--include-crds'] : []),
    ...(config.disableHooks ? ['--no-hooks'] : []),
    ...(config.skipTests ? ['--skip-tests'] : []),
    '--',
    config.releaseName,
    { tree: config.path },
  ];
}
