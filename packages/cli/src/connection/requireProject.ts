import { CliContext } from '../CliContext';
import { CliError } from '../CliError';
import { readCliConfig } from './CliConfig';

/** The option `-p, --project`. */
export interface ProjectOption {
  readonly project?: string;
}

/**
 * The project of a command: its option, else the default one.
 *
 * @throws CliError when there is neither.
 */
export async function requireProject(
  context: CliContext,
  { project }: ProjectOption,
): Promise<string> {
  const name = project ?? (await readCliConfig(context)).project;
  if (!name) {
    throw new CliError(
      "a project is required: use --project, or 'kargo config set-project NAME' for a default",
    );
  }
  return name;
}
