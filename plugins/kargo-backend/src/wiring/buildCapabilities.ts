import {
  CredentialsLookup,
  GitUser,
  PullRequestProvider,
} from 'backstage-plugin-kargo-node';
import { bindSignal } from '../adapters/http/bindSignal';
import { PromotionArgoCd } from '../engine/promotion/PromotionArgoCd';
import { PromotionCredentials } from '../engine/promotion/PromotionCredentials';
import { PromotionGit } from '../engine/promotion/PromotionGit';
import { PromotionOci } from '../engine/promotion/PromotionOci';
import { PromotionPrograms } from '../engine/promotion/PromotionPrograms';
import { PromotionPullRequests } from '../engine/promotion/PromotionPullRequests';
import { PullRequestExplanations } from '../engine/promotion/PullRequestExplanations';
import { ArgoCds } from '../ports/ArgoCd';
import { ArtifactStore } from '../ports/ArtifactStore';
import {
  CapabilityFactories,
  EngineCapability,
} from '../ports/CapabilityFactories';
import { Clock } from '../ports/Clock';
import {
  GitWorkingTrees,
  PushIntegrationPolicy,
} from '../ports/GitWorkingTree';
import { HttpClient } from '../ports/HttpClient';
import { ProgramRunner } from '../ports/ProgramRunner';

/** What the capabilities of steps are made from. */
export interface BuildCapabilitiesOptions {
  argoCds: ArgoCds;
  artifacts: ArtifactStore;
  clock: Clock;
  credentials: CredentialsLookup;
  gitUser: () => Promise<GitUser>;
  http: HttpClient;
  programs: ProgramRunner;
  /** Those of extensions first. */
  pullRequestProviders: readonly PullRequestProvider[];
  pushIntegrationPolicy: PushIntegrationPolicy;
  workingTrees: Omit<GitWorkingTrees, 'lateFiles'>;
}

/** All that steps can touch the world with, but for what is the engine's own. */
export function buildCapabilities(
  options: BuildCapabilitiesOptions,
): Omit<CapabilityFactories, EngineCapability> {
  const credentials: CapabilityFactories['credentials'] = scope =>
    new PromotionCredentials(options.credentials, scope);
  const explanations = new PullRequestExplanations(options.clock);
  return {
    argocd: scope => PromotionArgoCd.create({ ...options, scope }),
    credentials,
    files: scope => scope.files,
    git: scope =>
      new PromotionGit({ ...options, scope, credentials: credentials(scope) }),
    http: ({ signal }) => bindSignal(options.http, signal),
    oci: scope =>
      new PromotionOci(options.artifacts, credentials(scope), scope),
    programs: scope => new PromotionPrograms(options.programs, scope),
    pullRequests: scope =>
      new PromotionPullRequests({
        providers: options.pullRequestProviders,
        credentials: credentials(scope),
        http: bindSignal(options.http, scope.signal),
        clock: options.clock,
        explanations,
        scope,
      }),
  };
}
