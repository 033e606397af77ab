import {
  Freight,
  KargoClient,
  Promotion,
  Resource,
  ungroupedFreight,
} from 'backstage-plugin-kargo-common';
import { Command } from 'commander';
import { CliContext } from '../CliContext';
import { CliError } from '../CliError';
import { connect, ConnectionOptions } from '../connection/connect';
import { ProjectOption, requireProject } from '../connection/requireProject';
import { requireScope, ScopeOptions } from '../connection/scope';
import {
  analysisTemplates,
  clusterAnalysisTemplates,
  clusterConfig,
  clusterPromotionTasks,
  events,
  freight,
  Noun,
  projectConfig,
  projects,
  promotions,
  promotionTasks,
  stages,
  warehouses,
} from '../output/nouns';
import { DataObject } from '../output/dataColumns';
import { OutputOptions, printResources } from '../output/printResources';
import { DATA_NOUNS, DataNoun, declareDataCommand } from './DataNoun';
import { eachName } from './eachName';
import { freightByAlias } from './freightOptions';
import { collect, withConnection, withOutput, withProject } from './options';

interface GetOptions extends ProjectOption, ConnectionOptions, OutputOptions {}

interface GetFreightOptions extends GetOptions {
  name?: string[];
  alias?: string[];
  warehouse?: string[];
  origin?: string[];
}

interface GetPromotionsOptions extends GetOptions {
  stage?: string;
}

/** `kargo get NOUN` */
export function addGet(program: Command, context: CliContext): void {
  const get = program.command('get').description('Show resources');
  addNoun(get, context, projects);
  addNoun(get, context, stages);
  addNoun(get, context, warehouses);
  addFreight(get, context);
  addPromotions(get, context);
  addNoun(get, context, promotionTasks);
  addNoun(get, context, analysisTemplates);
  addNoun(get, context, events);
  addNoun(get, context, clusterPromotionTasks);
  addNoun(get, context, clusterAnalysisTemplates);
  addSingleton(get, context, projectConfig);
  addSingleton(get, context, clusterConfig);
  for (const noun of DATA_NOUNS) {
    addData(get, context, noun);
  }
}

function declare<T extends Resource>(
  get: Command,
  noun: Noun<T>,
  args: string,
): Command {
  const [name, ...aliases] = noun.names;
  const command = get.command(`${name}${args}`).aliases(aliases);
  return withOutput((noun.inProject ? withProject : withConnection)(command))
    .description(noun.description)
    .option('--no-headers', 'leave out the titles of the columns');
}

function addNoun<T extends Resource>(
  get: Command,
  context: CliContext,
  noun: Noun<T>,
): void {
  declare(get, noun, ' [name...]').action(
    async (names: string[], options: GetOptions) => {
      const project = await projectOf(context, noun, options);
      const client = await connect(context, options);
      await show(context, noun, options, {
        names,
        list: () => noun.list(client, project),
        get: name => noun.get(client, project, name),
      });
    },
  );
}

function addSingleton(
  get: Command,
  context: CliContext,
  noun: Noun<Resource>,
): void {
  declare(get, noun, '').action(async (options: GetOptions) => {
    const project = await projectOf(context, noun, options);
    const client = await connect(context, options);
    await printResources(
      context,
      { items: [await noun.get(client, project, project)], isSingle: true },
      noun.columns,
      options,
    );
  });
}

async function projectOf(
  context: CliContext,
  { inProject }: { inProject: boolean },
  options: GetOptions,
): Promise<string> {
  return inProject ? requireProject(context, options) : '';
}

interface Query<T> {
  names: readonly string[];
  list(): Promise<T[]>;
  get(name: string): Promise<T>;
}

function addData(get: Command, context: CliContext, noun: DataNoun): void {
  withOutput(declareDataCommand(get, noun, '[name...]'))
    .description(`Show ${noun.words}, without what is secret`)
    .option('--no-headers', 'leave out the titles of the columns')
    .action(async (names: string[], options: GetOptions & ScopeOptions) => {
      const path = [...(await requireScope(context, options)), noun.name];
      const client = await connect(context, options);
      await show(context, noun, options, {
        names,
        list: async () =>
          (
            await client.request<{ items: DataObject[] }>(path)
          ).items,
        get: name => client.request<DataObject>([...path, name]),
      });
    });
}

async function show<T extends Resource>(
  context: CliContext,
  { columns }: Pick<Noun<T>, 'columns'>,
  options: OutputOptions,
  { names, list, get }: Query<T>,
): Promise<void> {
  if (names.length === 0) {
    const items = await list();
    await printResources(context, { items, isSingle: false }, columns, options);
    return;
  }
  const asked = [...new Set(names)];
  const { results, finish } = await eachName(asked, get);
  if (results.length > 0) {
    const found = { items: results, isSingle: asked.length === 1 };
    await printResources(context, found, columns, options);
  }
  finish();
}

function addFreight(get: Command, context: CliContext): void {
  declare(get, freight, '')
    .option('--name <name>', 'by name; can be repeated', collect)
    .option('--alias <alias>', 'by alias; can be repeated', collect)
    .option(
      '--warehouse <name>',
      'only of this Warehouse; can be repeated',
      collect,
    )
    .option('--origin <name>', 'older name of --warehouse', collect)
    .action(async (options: GetFreightOptions) => {
      const { name = [], alias = [] } = options;
      const asked = [...name, ...alias];
      if (asked.length > 0 && originsOf(options).length > 0) {
        throw new CliError('use either --name and --alias, or --warehouse');
      }
      const project = await requireProject(context, options);
      const client = await connect(context, options);
      const aliases = new Set(alias);
      await show(context, freight, options, {
        names: asked,
        list: () => listFreight(client, project, options),
        get: each =>
          aliases.has(each) && !name.includes(each)
            ? freightByAlias(client, project, each)
            : client.getFreight({ project, freight: each }),
      });
    });
}

function originsOf({ warehouse = [], origin = [] }: GetFreightOptions) {
  return [...warehouse, ...origin];
}

async function listFreight(
  client: KargoClient,
  project: string,
  options: GetFreightOptions,
): Promise<Freight[]> {
  const origins = originsOf(options);
  if (origins.length === 0) {
    return freight.list(client, project);
  }
  return ungroupedFreight(await client.queryFreight({ project, origins }));
}

function addPromotions(get: Command, context: CliContext): void {
  declare(get, promotions, ' [name...]')
    .option('--stage <stage>', 'only of this Stage')
    .action(async (names: string[], options: GetPromotionsOptions) => {
      const project = await requireProject(context, options);
      const client = await connect(context, options);
      await show(context, promotions, options, {
        names,
        list: () => listPromotions(client, project, options),
        get: name => client.getPromotion({ project, name }),
      });
    });
}

async function listPromotions(
  client: KargoClient,
  project: string,
  { stage }: GetPromotionsOptions,
): Promise<Promotion[]> {
  const { items } = await client.listPromotions({
    project,
    ...(stage !== undefined && { stage }),
  });
  return items;
}
