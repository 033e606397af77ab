import { KargoClient, KindName, KINDS } from 'backstage-plugin-kargo-common';
import { Command } from 'commander';
import { CliContext } from '../CliContext';
import { CliError } from '../CliError';
import { connect, ConnectionOptions } from '../connection/connect';
import { ProjectOption, requireProject } from '../connection/requireProject';
import { requireScope, ScopeOptions } from '../connection/scope';
import { ManifestOptions, sendManifests } from '../manifests/sendManifests';
import { printChange } from '../output/printChange';
import { DATA_NOUNS, DataNoun, declareDataCommand } from './DataNoun';
import { eachName } from './eachName';
import { freightByAlias } from './freightOptions';
import {
  collect,
  withConnection,
  withManifests,
  withOutput,
  withProject,
} from './options';

interface DeleteOptions extends ProjectOption, ConnectionOptions {}

interface DeleteFreightOptions extends DeleteOptions {
  name?: string[];
  alias?: string[];
}

type DeleteOne = (
  client: KargoClient,
  project: string,
  name: string,
) => Promise<void>;

/** `kargo delete -f …` and `kargo delete NOUN` */
export function addDelete(program: Command, context: CliContext): void {
  const remove = withOutput(withManifests(program.command('delete')))
    .description('Delete resources, by manifests or by name')
    .action((options: ManifestOptions) =>
      sendManifests(context, options, {
        projects: 'last',
        send: (client, objects) => client.deleteResources({ body: objects }),
      }),
    );
  addNamed(remove, context, 'Stage', (client, project, name) =>
    client.deleteStage({ project, stage: name }),
  );
  addNamed(remove, context, 'Warehouse', (client, project, name) =>
    client.deleteWarehouse({ project, name }),
  );
  addNamed(remove, context, 'AnalysisTemplate', (client, project, name) =>
    client.deleteAnalysisTemplate({ project, name }),
  );
  addProjects(remove, context);
  addFreight(remove, context);
  addConfigs(remove, context);
  for (const noun of DATA_NOUNS) {
    addData(remove, context, noun);
  }
}

function addNamed(
  remove: Command,
  context: CliContext,
  kind: KindName,
  deleteOne: DeleteOne,
): void {
  const singular = kind.toLocaleLowerCase('en-US');
  withProject(remove.command(`${singular} <name...>`))
    .alias(KINDS[kind].plural)
    .description(`Delete ${kind}s of a project`)
    .action(async (names: string[], options: DeleteOptions) => {
      const project = await requireProject(context, options);
      const client = await connect(context, options);
      await deleteEach(context, kind, names, async name => {
        await deleteOne(client, project, name);
        return name;
      });
    });
}

function addProjects(remove: Command, context: CliContext): void {
  withConnection(remove.command('project <name...>'))
    .alias('projects')
    .description('Delete projects with everything in them')
    .action(async (names: string[], options: DeleteOptions) => {
      const client = await connect(context, options);
      await deleteEach(context, 'Project', names, async name => {
        await client.deleteProject({ project: name });
        return name;
      });
    });
}

function addFreight(remove: Command, context: CliContext): void {
  withProject(remove.command('freight'))
    .description('Delete Freight that no Stage holds')
    .option('--name <name>', 'by name; can be repeated', collect)
    .option('--alias <alias>', 'by alias; can be repeated', collect)
    .action(async (options: DeleteFreightOptions) => {
      const { name = [], alias = [] } = options;
      if (name.length + alias.length === 0) {
        throw new CliError('use --name or --alias');
      }
      const project = await requireProject(context, options);
      const client = await connect(context, options);
      const byAlias = new Set(alias.filter(each => !name.includes(each)));
      await deleteEach(
        context,
        'Freight',
        [...name, ...byAlias],
        async each => {
          const found = byAlias.has(each)
            ? (await freightByAlias(client, project, each)).metadata.name
            : each;
          await client.deleteFreight({ project, freight: found });
          return found;
        },
      );
    });
}

function addConfigs(remove: Command, context: CliContext): void {
  withProject(remove.command('projectconfig'))
    .alias('projectconfigs')
    .description('Delete the configuration of a project')
    .action(async (options: DeleteOptions) => {
      const project = await requireProject(context, options);
      const client = await connect(context, options);
      await client.deleteProjectConfig({ project });
      await printDeleted(context, 'ProjectConfig', project);
    });
  withConnection(remove.command('clusterconfig'))
    .alias('clusterconfigs')
    .description('Delete the configuration of the whole installation')
    .action(async (options: DeleteOptions) => {
      const client = await connect(context, options);
      await client.deleteClusterConfig();
      await printDeleted(context, 'ClusterConfig', 'cluster');
    });
}

function addData(remove: Command, context: CliContext, noun: DataNoun): void {
  declareDataCommand(remove, noun, '<name...>')
    .description(`Delete ${noun.words}`)
    .action(async (names: string[], options: DeleteOptions & ScopeOptions) => {
      const scope = await requireScope(context, options);
      const client = await connect(context, options);
      await deleteEach(context, noun.kind, names, async name => {
        const path = [...scope, noun.name, name];
        await client.request(path, { method: 'DELETE' });
        return name;
      });
    });
}

/** @param deleteOne - answers the name of what it deleted. */
async function deleteEach(
  context: CliContext,
  kind: KindName,
  names: readonly string[],
  deleteOne: (name: string) => Promise<string>,
): Promise<void> {
  const { results, finish } = await eachName(names, deleteOne);
  for (const name of results) {
    await printDeleted(context, kind, name);
  }
  finish();
}

function printDeleted(
  context: CliContext,
  kind: KindName,
  name: string,
): Promise<void> {
  const { apiVersion } = KINDS[kind];
  return printChange(
    context,
    { apiVersion, kind, metadata: { name } },
    'deleted',
  );
}
