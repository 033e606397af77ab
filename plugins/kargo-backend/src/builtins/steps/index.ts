import { AnyStep } from 'backstage-plugin-kargo-node';
import { argocdUpdateStep } from './argocd-update/runner';
import { argocdWaitStep } from './argocd-wait/runner';
import { composeOutputStep } from './compose-output/runner';
import { copyStep } from './copy/runner';
import { deleteStep } from './delete/runner';
import { failStep } from './fail/runner';
import { fileWriteStep } from './file-write/runner';
import { gitClearStep } from './git-clear/runner';
import { gitCloneStep } from './git-clone/runner';
import { gitCommitStep } from './git-commit/runner';
import { gitMergePrStep } from './git-merge-pr/runner';
import { gitOpenPrStep } from './git-open-pr/runner';
import { gitPushStep } from './git-push/runner';
import { gitTagStep } from './git-tag/runner';
import { gitWaitForPrStep } from './git-wait-for-pr/runner';
import { githubPushStep } from './github-push/runner';
import { helmTemplateStep } from './helm-template/runner';
import { helmUpdateChartStep } from './helm-update-chart/runner';
import { httpStep } from './http/runner';
import { httpDownloadStep } from './http-download/runner';
import { jsonParseStep } from './json-parse/runner';
import { jsonUpdateStep } from './json-update/runner';
import { kustomizeBuildStep } from './kustomize-build/runner';
import { kustomizeSetImageStep } from './kustomize-set-image/runner';
import { ociDownloadStep } from './oci-download/runner';
import { ociPushStep } from './oci-push/runner';
import { setFreightAliasStep } from './set-freight-alias/runner';
import { setMetadataStep } from './set-metadata/runner';
import { tarStep } from './tar/runner';
import { tomlParseStep } from './toml-parse/runner';
import { tomlUpdateStep } from './toml-update/runner';
import { untarStep } from './untar/runner';
import { yamlMergeStep } from './yaml-merge/runner';
import { yamlParseStep } from './yaml-parse/runner';
import { yamlUpdateStep } from './yaml-update/runner';

/** The built-in steps, in alphabetical order. */
export const builtinSteps: readonly AnyStep[] = [
  argocdUpdateStep,
  argocdWaitStep,
  composeOutputStep,
  copyStep,
  deleteStep,
  failStep,
  fileWriteStep,
  gitClearStep,
  gitCloneStep,
  gitCommitStep,
  gitMergePrStep,
  gitOpenPrStep,
  gitPushStep,
  gitTagStep,
  gitWaitForPrStep,
  githubPushStep,
  helmTemplateStep,
  helmUpdateChartStep,
  httpStep,
  httpDownloadStep,
  jsonParseStep,
  jsonUpdateStep,
  kustomizeBuildStep,
  kustomizeSetImageStep,
  ociDownloadStep,
  ociPushStep,
  setFreightAliasStep,
  setMetadataStep,
  tarStep,
  tomlParseStep,
  tomlUpdateStep,
  untarStep,
  yamlMergeStep,
  yamlParseStep,
  yamlUpdateStep,
];
