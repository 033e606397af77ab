import { JsonObject, KINDS, Resource } from 'backstage-plugin-kargo-common';
import { Command } from 'commander';
import { CliContext } from '../CliContext';
import { CliError } from '../CliError';
import { connect, ConnectionOptions } from '../connection/connect';
import { ProjectOption } from '../connection/requireProject';
import { requireScope, ScopeOptions } from '../connection/scope';
import { ManifestOptions, sendManifests } from '../manifests/sendManifests';
import { printChange } from '../output/printChange';
import {
  DATA_NOUNS,
  DataNoun,
  DataOptions,
  declareDataCommand,
} from './DataNoun';
import { withConnection, withManifests, withOutput } from './options';

interface CreateOptions extends ProjectOption, ConnectionOptions {
  output?: string;
}

interface CreateDataOptions extends CreateOptions, ScopeOptions, DataOptions {}

/** `kargo create -f …` and `kargo create NOUN` */
export function addCreate(program: Command, context: CliContext): void {
  const create = withOutput(withManifests(program.command('create')))
    .description('Create resources, by manifests or by name')
    .action((options: ManifestOptions) =>
      sendManifests(context, options, {
        projects: 'first',
        send: (client, objects) => client.createResources({ body: objects }),
      }),
    );
  addProject(create, context);
  for (const noun of DATA_NOUNS) {
    addData(create, context, noun);
  }
}

function addProject(create: Command, context: CliContext): void {
  withOutput(withConnection(create.command('project <name>')))
    .description('Create a project')
    .action(async (name: string, options: CreateOptions) => {
      const { apiVersion, kind } = KINDS.Project;
      await createOne(
        context,
        { apiVersion, kind, metadata: { name } },
        options,
      );
    });
}

function addData(create: Command, context: CliContext, noun: DataNoun): void {
  withOutput(noun.withContent(declareDataCommand(create, noun, '<name>')))
    .description(`Create ${noun.words}`)
    .action(async (name: string, options: CreateDataOptions) => {
      const { output } = options;
      const scope = await requireScope(context, options);
      const content = noun.content(options);
      const client = await connect(context, options);
      const body = {
        name,
        ...content,
        ...(noun.hasPassword && {
          password: await requirePassword(context, options),
        }),
      };
      const path = [...scope, noun.name];
      const created = await client.request<Resource>(path, {
        method: 'POST',
        body,
      });
      await printChange(context, created, 'created', output);
    });
}

async function requirePassword(
  context: CliContext,
  { password }: DataOptions,
): Promise<string> {
  const given = password ?? (await context.askSecret('Password: '));
  if (!given) {
    throw new CliError('a password is required: use --password');
  }
  return given;
}

async function createOne(
  context: CliContext,
  manifest: JsonObject,
  options: CreateOptions,
): Promise<void> {
  const client = await connect(context, options);
  const {
    results: [result],
  } = await client.createResources({ body: [manifest] });
  if (!result?.createdResourceManifest) {
    throw new CliError(result?.error ?? 'the server did not answer');
  }
  await printChange(
    context,
    result.createdResourceManifest,
    'created',
    options.output,
  );
}
