import { AnyStep } from 'backstage-plugin-kargo-node';
import {
  GitWorkingTrees,
  PushIntegrationPolicy,
} from '../../ports/GitWorkingTree';
import { HttpClient } from '../../ports/HttpClient';
import { composeOutputStep } from './compose-output/runner';
import { copyStep } from './copy/runner';
import { deleteStep } from './delete/runner';
import { failStep } from './fail/runner';
import { fileWriteStep } from './file-write/runner';
import { createGitClearStep } from './git-clear/runner';
import { createGitCloneStep } from './git-clone/runner';
import { createGitCommitStep } from './git-commit/runner';
import { createGitPushStep } from './git-push/runner';
import { createHttpStep } from './http/runner';
import { jsonParseStep } from './json-parse/runner';
import { jsonUpdateStep } from './json-update/runner';
import { kustomizeSetImageStep } from './kustomize-set-image/runner';
import { setFreightAliasStep } from './set-freight-alias/runner';
import { setMetadataStep } from './set-metadata/runner';
import { yamlParseStep } from './yaml-parse/runner';
import { yamlUpdateStep } from './yaml-update/runner';

/** What the built-in steps work with. */
export interface StepDependencies {
  workingTrees: GitWorkingTrees;
  http: HttpClient;
  /** How pushes meet commits that others pushed meanwhile. */
  pushIntegrationPolicy: PushIntegrationPolicy;
}

/** The built-in steps, in alphabetical order. */
export function builtinSteps(dependencies: StepDependencies): AnyStep[] {
  return [
    composeOutputStep,
    copyStep,
    deleteStep,
    failStep,
    fileWriteStep,
    createGitClearStep(dependencies),
    createGitCloneStep(dependencies),
    createGitCommitStep(dependencies),
    createGitPushStep(dependencies),
    createHttpStep(dependencies),
    jsonParseStep,
    jsonUpdateStep,
    kustomizeSetImageStep,
    setFreightAliasStep,
    setMetadataStep,
    yamlParseStep,
    yamlUpdateStep,
  ];
}
