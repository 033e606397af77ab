import { Promotion, Stage } from 'backstage-plugin-kargo-common';
import {
  FolderCapability,
  StepCapabilities,
  StepCapability,
} from 'backstage-plugin-kargo-node';
import { Workspace as WorkspaceFiles } from 'backstage-plugin-kargo-node/capabilities';
import { Workspace } from './Workspaces';

/** The attempt of a step that a capability is bound to. */
export interface CapabilityScope {
  promotion: Promotion;
  stage: Stage;
  project: string;
  /** Alias of the step. */
  alias: string;
  signal: AbortSignal;
  /** What must not show anywhere, as far as it is known; grows while the step runs. */
  secrets: Iterable<string>;
  /** Whether the step wants what it says to be shown, secrets included. */
  unmasked: boolean;
  /** Nothing outside of the folder may change: a branch that is to be made is made in the clone alone. */
  isDryRun?: boolean;
  /** Masks a value from now on in all that the step says. */
  keepSecret(value: string): void;
}

/** The attempt of a step that can reach the Promotion's folder, which is there. */
export interface FolderScope extends CapabilityScope {
  workspace: Pick<Workspace, 'dir' | 'privateDir'>;
  files: WorkspaceFiles;
  /** Whether checkouts may leave files out until `files` is asked for them. */
  mayLeaveFilesOut?: boolean;
}

/** Capabilities that are the engine's own: they read and change what is in the store. */
export type EngineCapability = 'controlPlane' | 'secrets';

/**
 * How each capability is made for an attempt. Another capability is an entry here and one
 * in `StepCapabilities`.
 */
export type CapabilityFactories = {
  readonly [Name in StepCapability]: (
    scope: Name extends FolderCapability ? FolderScope : CapabilityScope,
  ) => StepCapabilities[Name];
};
