import { Command } from 'commander';
import { CliContext } from '../CliContext';
import { removeCliConfig } from '../connection/CliConfig';

/** `kargo logout` */
export function addLogout(program: Command, context: CliContext): void {
  program
    .command('logout')
    .description('Forget the server, the token and the default project')
    .action(() => removeCliConfig(context));
}
