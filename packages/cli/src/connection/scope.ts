import { CliContext } from '../CliContext';
import { CliError } from '../CliError';
import { ProjectOption, requireProject } from './requireProject';

/** `--project`, `--shared` or `--system`. */
export interface ScopeOptions extends ProjectOption {
  readonly shared?: boolean;
  readonly system?: boolean;
}

/**
 * The front part of the path of what is in a project, shared, or the installation's own.
 *
 * @throws CliError for more than one of them, or none.
 */
export async function requireScope(
  context: CliContext,
  options: ScopeOptions,
): Promise<string[]> {
  const { project, shared, system } = options;
  const given = [project !== undefined, shared, system].filter(Boolean);
  if (given.length > 1) {
    throw new CliError('use only one of --project, --shared and --system');
  }
  if (shared) {
    return ['shared'];
  }
  return system
    ? ['system']
    : ['projects', await requireProject(context, options)];
}
