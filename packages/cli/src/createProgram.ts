import { Command } from 'commander';
import { CliContext } from './CliContext';
import { addApply } from './commands/apply';
import { addApprove } from './commands/approve';
import { addCompletion } from './commands/completion';
import { addConfig } from './commands/config';
import { addCreate } from './commands/create';
import { addDelete } from './commands/delete';
import { addGet } from './commands/get';
import { addLogin } from './commands/login';
import { addLogout } from './commands/logout';
import { addLogs } from './commands/logs';
import { addPromote } from './commands/promote';
import { addRefresh } from './commands/refresh';
import { addRetry } from './commands/retry';
import { addRoles } from './commands/roles';
import { addUnavailable } from './commands/unavailable';
import { addUpdate } from './commands/update';
import { addVerify } from './commands/verify';
import { addVersion } from './commands/version';
import { addWhy } from './commands/why';
import { readOutputFormat } from './output/OutputFormat';

const COMMANDS = [
  addApply,
  addApprove,
  addCompletion,
  addConfig,
  addCreate,
  addDelete,
  addGet,
  addLogin,
  addLogout,
  addLogs,
  addPromote,
  addRefresh,
  addRetry,
  addRoles,
  addUpdate,
  addVerify,
  addVersion,
  addWhy,
  addUnavailable,
];

/** Declares every command. */
export function createProgram(context: CliContext): Command {
  const program = new Command('kargo')
    .description('Promotes software through the Stages of Kargo')
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput({
      writeOut: text => context.writeOut(text),
      writeErr: text => context.writeError(text),
      outputError: (text, write) => write(text.replace(/^error: /, 'Error: ')),
    })
    .showSuggestionAfterError()
    .helpCommand('help [command]', 'Explain a command')
    // What nobody could be shown would be done all the same, and a new token shown to nobody.
    .hook('preAction', async (_, command) => {
      const { output } = command.opts<{ output?: string }>();
      if (output !== undefined) {
        await readOutputFormat(output, context);
      }
    });
  for (const add of COMMANDS) {
    add(program, context);
  }
  pointToHelp(program, program.name());
  return program;
}

/** Says where to read what there is, behind a word that a command with others below does not know. */
function pointToHelp(command: Command, path: string): void {
  if (command.commands.length > 0) {
    command.showHelpAfterError(`'${path} --help' lists what there is`);
    for (const child of command.commands) {
      pointToHelp(child, `${path} ${child.name()}`);
    }
  }
}
