import { Command } from 'commander';
import { CliContext } from '../CliContext';
import { connect, ConnectionOptions } from '../connection/connect';
import { ProjectOption, requireProject } from '../connection/requireProject';
import { CliError } from '../CliError';
import { freightByAlias } from './freightOptions';
import { withProject } from './options';

interface UpdateFreightOptions extends ProjectOption, ConnectionOptions {
  name?: string;
  oldAlias?: string;
  newAlias: string;
}

/** `kargo update freight` */
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
      await client.patchFreightAlias(project, found, newAlias);
    });
}
