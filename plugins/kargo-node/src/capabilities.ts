/**
 * The real capabilities behind the contracts, for the Kargo backend plugin and for tests of
 * steps.
 *
 * @packageDocumentation
 */
export { localFiles } from './workspace/localFiles';
export { removeTemporaryFolders } from './workspace/temporaryFolders';
export { type LateFiles } from './workspace/LateFiles';
export { WorkspaceUsage, type WorkspaceLimits } from './workspace/limits';
export { Workspace, type WorkspaceOptions } from './workspace/Workspace';
