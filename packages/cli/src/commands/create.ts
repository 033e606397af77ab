import { JsonObject, KINDS } from 'backstage-plugin-kargo-common';
import { Command } from 'commander';
import { CliContext } from '../CliContext';
import { CliError } from '../CliError';
import { connect, ConnectionOptions } from '../connection/connect';
import { ProjectOption, requireProject } from '../connection/requireProject';
import {
  buildConfigMap,
  buildGenericCredentials,
  buildRepoCredentials,
} from '../manifests/buildCredentials';
import { ManifestOptions, sendManifests } from '../manifests/sendManifests';
import { printChange } from '../output/printChange';
import { readValues } from './readValues';
import {
  collect,
  withConnection,
  withManifests,
  withOutput,
  withProject,
} from './options';

interface CreateOptions extends ProjectOption, ConnectionOptions {
  output?: string;
}

interface ScopedOptions extends CreateOptions {
  shared?: boolean;
  system?: boolean;
  description?: string;
}

interface RepoCredentialsOptions extends ScopedOptions {
  git?: boolean;
  helm?: boolean;
  image?: boolean;
  type?: string;
  repoUrl: string;
  regex?: boolean;
  username: string;
  password?: string;
}

interface ValuesOptions extends ScopedOptions {
  set?: string[];
}

/** `kargo create -f …` and `kargo create NOUN` */
export function addCreate(program: Command, context: CliContext): void {
  const create = withOutput(withManifests(program.command('create')))
    .description('Create resources, by manifests or by name')
    .action((options: ManifestOptions) =>
      sendManifests(context, options, (client, objects) =>
        client.createResources(objects),
      ),
    );
  addProject(create, context);
  addRepoCredentials(create, context);
  addValues(create, context, {
    command: 'generic-credentials',
    aliases: ['generic-credential', 'generic-creds', 'genericcreds'],
    description: 'Create credentials of any form',
    build: buildGenericCredentials,
  });
  addValues(create, context, {
    command: 'configmap',
    aliases: ['configmaps'],
    description: 'Create a ConfigMap',
    build: buildConfigMap,
  });
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

function withScope(command: Command): Command {
  return withOutput(withProject(command))
    .option('--shared', 'for every project')
    .option('--description <text>', 'what it is for');
}

function addRepoCredentials(create: Command, context: CliContext): void {
  withScope(create.command('repo-credentials <name>'))
    .aliases(['repo-credential', 'repo-creds', 'repocreds', 'credentials'])
    .description('Create credentials for a repository')
    .option('--git', 'for a git repository')
    .option('--helm', 'for a chart repository')
    .option('--image', 'for an image repository')
    .option('--type <type>', 'git, helm or image')
    .requiredOption('--repo-url <url>', 'the repository')
    .option('--regex', '--repo-url is a regular expression')
    .requiredOption('--username <name>', 'the user')
    .option(
      '--password <password>',
      'the password; asked for when it is absent',
    )
    .action(async (name: string, options: RepoCredentialsOptions) => {
      const type = readType(options);
      const namespace = await namespaceOf(context, options);
      const password =
        options.password ?? (await context.askSecret('Password: '));
      if (!password) {
        throw new CliError('a password is required: use --password');
      }
      const secret = buildRepoCredentials({
        ...options,
        name,
        namespace,
        type,
        password,
      });
      await createOne(context, secret, options);
    });
}

const TYPES = ['git', 'helm', 'image'] as const;

function readType(options: RepoCredentialsOptions): string {
  const chosen = [
    ...TYPES.filter(type => options[type]),
    ...(options.type === undefined ? [] : [options.type]),
  ];
  if (chosen.length !== 1) {
    throw new CliError('use exactly one of --git, --helm, --image and --type');
  }
  if (!TYPES.some(type => type === chosen[0])) {
    throw new CliError(`--type is git, helm or image, not '${chosen[0]}'`);
  }
  return chosen[0];
}

interface ValuesNoun {
  command: string;
  aliases: string[];
  description: string;
  build: typeof buildConfigMap;
}

function addValues(
  create: Command,
  context: CliContext,
  { command, aliases, description, build }: ValuesNoun,
): void {
  withScope(create.command(`${command} <name>`))
    .aliases(aliases)
    .description(description)
    .option('--system', 'for the installation itself')
    .option('--set <key=value>', 'a value; can be repeated', collect)
    .action(async (name: string, options: ValuesOptions) => {
      const values = readValues(options.set ?? []);
      if (Object.keys(values).length === 0) {
        throw new CliError('use --set at least once');
      }
      const namespace = await namespaceOf(context, options);
      const { description: text } = options;
      const resource = build({ name, namespace, values, description: text });
      await createOne(context, resource, options);
    });
}

/** The namespaces of what is shared and of the installation are the server's to name. */
async function namespaceOf(
  context: CliContext,
  options: ScopedOptions,
): Promise<string> {
  if (!options.shared && !options.system) {
    return requireProject(context, options);
  }
  if (options.project !== undefined || (options.shared && options.system)) {
    throw new CliError('use only one of --project, --shared and --system');
  }
  const client = await connect(context, options);
  const { sharedResourcesNamespace, systemResourcesNamespace } =
    await client.request<{
      sharedResourcesNamespace: string;
      systemResourcesNamespace: string;
    }>(['system', 'server-config']);
  return options.shared ? sharedResourcesNamespace : systemResourcesNamespace;
}

async function createOne(
  context: CliContext,
  manifest: JsonObject,
  options: CreateOptions,
): Promise<void> {
  const client = await connect(context, options);
  const [result] = await client.createResources([manifest]);
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
