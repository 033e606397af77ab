import { SYSTEM_NAMESPACE } from '../../logic/sharedNamespaces';
import { ApiServices } from '../server/route';

/** Where Secrets and ConfigMaps are kept. */
export interface Place<
  Id extends 'Project' | 'Shared' | 'System' = 'Project' | 'Shared' | 'System',
> {
  /** Prefix of the names of operations: `createProjectRepoCredentials`. */
  id: Id;
  /** For summaries: `of a project`. */
  whose: string;
  namespaceOf(params: Record<string, string>, services: ApiServices): string;
}

/** Things of one project. */
export const PROJECT: Place<'Project'> = {
  id: 'Project',
  whose: 'of a project',
  namespaceOf: ({ project }) => project,
};

/** Things that every project may use. */
export const SHARED: Place<'Shared'> = {
  id: 'Shared',
  whose: 'that every project may use',
  namespaceOf: (_, { sharedNamespace }) => sharedNamespace,
};

/** Things of the installation itself. */
export const SYSTEM: Place<'System'> = {
  id: 'System',
  whose: 'of the installation',
  namespaceOf: () => SYSTEM_NAMESPACE,
};
