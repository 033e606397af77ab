import { Resource } from 'backstage-plugin-kargo-common';
import { Command } from 'commander';
import { CliContext } from '../CliContext';
import { CliError } from '../CliError';
import { connect, ConnectionOptions } from '../connection/connect';
import { ProjectOption, requireProject } from '../connection/requireProject';
import { requireScope, ScopeOptions } from '../connection/scope';
import { printChange } from '../output/printChange';
import {
  DATA_NOUNS,
  DataNoun,
  DataOptions,
  declareDataCommand,
} from './DataNoun';
import { freightByAlias } from './freightOptions';
import { collect, withOutput, withProject } from './options';

interface UpdateFreightOptions extends ProjectOption, ConnectionOptions {
  name?: string;
  oldAlias?: string;
  newAlias: string;
}

interface UpdateDataOptions
  extends ScopeOptions,
    ConnectionOptions,
    DataOptions {
  output?: string;
}

/** `kargo update NOUN` */
export function addUpdate(program: Command, context: CliContext): void {
  const update = program.command('update').description('Change a resource');
  withProject(update.command('freight'))
    .description('Give Freight another alias')
    .option('--name <name>', 'the Freight, by its name')
    .option('--old-alias <alias>', 'the Freight, by its alias of now')
    .requiredOption('--new-alias <alias>', 'the alias to give')
    .action(async (options: UpdateFreightOptions) => {
      const { name, oldAlias, newAlias } = options;
      if ((name === undefined) === (oldAlias === undefined)) {
        throw new CliError('use exactly one of --name and --old-alias');
      }
      const project = await requireProject(context, options);
      const client = await connect(context, options);
      const found =
        name ?? (await freightByAlias(client, project, oldAlias)).metadata.name;
      await client.patchFreightAlias({ project, freight: found, newAlias });
    });
  for (const noun of DATA_NOUNS) {
    addData(update, context, noun);
  }
}

function addData(update: Command, context: CliContext, noun: DataNoun): void {
  const command = noun.withContent(declareDataCommand(update, noun, '<name>'));
  if (!noun.hasPassword) {
    command.option('--unset <key>', 'remove a value; can be repeated', collect);
  }
  withOutput(command)
    .description(`Change ${noun.words}; what is not named stays`)
    .action(async (name: string, options: UpdateDataOptions) => {
      const body = noun.change(options);
      if (Object.values(body).every(value => value === undefined)) {
        throw new CliError('there is nothing to change');
      }
      const scope = await requireScope(context, options);
      const client = await connect(context, options);
      const path = [...scope, noun.name, name];
      const updated = await client.request<Resource>(path, {
        method: 'PATCH',
        body,
      });
      // The name alone, as Kargo's own command line prints it: scripts compare it.
      await printChange(context, updated, undefined, options.output);
    });
}
