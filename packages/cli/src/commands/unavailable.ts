import { Command } from 'commander';
import { CliContext } from '../CliContext';
import { CliError } from '../CliError';

/** Commands of Kargo that a portal has no use for, or not yet, and what to do instead. */
const UNAVAILABLE: ReadonlyArray<{
  path: readonly string[];
  aliases?: readonly string[];
  reason: string;
}> = [
  {
    path: ['server'],
    reason: 'the server is a plugin of the portal; start the portal instead',
  },
  {
    path: ['dashboard'],
    reason: "open the portal in a browser; Kargo's pages are at /kargo",
  },
];

/**
 * Declares the commands that are not available, so that each says why instead of being
 * unknown. It comes last: the verbs are there then.
 */
export function addUnavailable(program: Command, _context: CliContext): void {
  for (const { path, aliases = [], reason } of UNAVAILABLE) {
    const parent = path
      .slice(0, -1)
      .reduce((at, name) => findCommand(at, name), program);
    parent
      .command(`${path[path.length - 1]} [arguments...]`, { hidden: true })
      .aliases([...aliases])
      .allowUnknownOption()
      .helpOption(false)
      .action(() => {
        throw new CliError(
          `'kargo ${path.join(' ')}' is not available: ${reason}`,
        );
      });
  }
}

function findCommand(parent: Command, name: string): Command {
  const found = parent.commands.find(command => command.name() === name);
  if (!found) {
    throw new Error(`invariant: there is no command '${name}'`);
  }
  return found;
}
