import { CredentialsLookup, GitUser } from 'backstage-plugin-kargo-node';
import { bindSignal } from '../adapters/http/bindSignal';
import { PromotionArgoCd } from '../engine/promotion/PromotionArgoCd';
import { PromotionCredentials } from '../engine/promotion/PromotionCredentials';
import { PromotionGit } from '../engine/promotion/PromotionGit';
import { PromotionOci } from '../engine/promotion/PromotionOci';
import { PromotionPrograms } from '../engine/promotion/PromotionPrograms';
import { ArgoCds } from '../ports/ArgoCd';
import { ArtifactStore } from '../ports/ArtifactStore';
import { CapabilityFactories } from '../ports/CapabilityFactories';
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
  credentials: CredentialsLookup;
  gitUser: () => Promise<GitUser>;
  http: HttpClient;
  programs: ProgramRunner;
  pushIntegrationPolicy: PushIntegrationPolicy;
  workingTrees: GitWorkingTrees;
}

/** All that steps can touch the world with, but for the control plane, which is the engine's own. */
export function buildCapabilities(
  options: BuildCapabilitiesOptions,
): Omit<CapabilityFactories, 'controlPlane'> {
  const credentials: CapabilityFactories['credentials'] = scope =>
    new PromotionCredentials(options.credentials, scope);
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
  };
}
