import {
  KargoClient,
  KargoRole,
  KargoRoleResources,
  Resource,
  ROLE_API_VERSION,
  RoleClaim,
  Secret,
} from 'backstage-plugin-kargo-common';
import { Command } from 'commander';
import { CliContext } from '../CliContext';
import { CliError } from '../CliError';
import { connect, ConnectionOptions } from '../connection/connect';
import { ProjectOption, requireProject } from '../connection/requireProject';
import { requireScope, ScopeOptions } from '../connection/scope';
import { printChange } from '../output/printChange';
import { OutputOptions, printResources } from '../output/printResources';
import {
  ROLE_COLUMNS,
  RoleRow,
  RoleResourcesRow,
  ROLE_RESOURCES_COLUMNS,
  TOKEN_COLUMNS,
} from '../output/roleColumns';
import { eachName } from './eachName';
import { collectListed, withOutput, withProject } from './options';

interface RoleOptions
  extends ScopeOptions,
    ProjectOption,
    ConnectionOptions,
    OutputOptions {
  claim?: string[];
  description?: string;
  asKubernetesResources?: boolean;
  role?: string;
  verb?: string[];
  resourceType?: string;
  resourceName?: string;
}

/** `kargo {create | get | delete} {role | token}`, `kargo grant` and `kargo revoke` */
export function addRoles(program: Command, context: CliContext): void {
  const verb = (name: string) =>
    program.commands.find(command => command.name() === name)!;
  addCreateRole(verb('create'), context);
  addCreateToken(verb('create'), context);
  addGetRoles(verb('get'), context);
  addGetTokens(verb('get'), context);
  addDeleteRole(verb('delete'), context);
  addDeleteToken(verb('delete'), context);
  addChange(
    program,
    context,
    'grant',
    'Give a role to people, or rights to a role',
  );
  addChange(
    program,
    context,
    'revoke',
    'Take a role from people, or rights from a role',
  );
}

function addCreateRole(create: Command, context: CliContext): void {
  withOutput(withProject(create.command('role <name>')))
    .description('Create a role of a project')
    .option(
      '--claim <name=value>',
      'who has it; can be repeated',
      collectListed,
    )
    .option('--description <text>', 'what it is for')
    .action(async (name: string, options: RoleOptions) => {
      const { description, claim = [], output } = options;
      const project = await requireProject(context, options);
      const claims = readClaims(claim);
      const client = await connect(context, options);
      const annotations = description && {
        'kargo.akuity.io/description': description,
      };
      const role = await client.createProjectRole({
        project,
        body: {
          metadata: {
            name,
            namespace: project,
            ...(annotations && { annotations }),
          },
          claims,
        },
      });
      await printChange(context, role, 'created', output);
    });
}

/** Each is `name=value`. @throws CliError */
function readClaims(texts: readonly string[]): RoleClaim[] {
  return texts.map(text => {
    const parts = text.split('=');
    if (parts.length !== 2 || !parts[0] || !parts[1]) {
      throw new CliError(`'${text}' is not a claim such as groups=devops`);
    }
    return { name: parts[0], values: [parts[1]] };
  });
}

function addChange(
  program: Command,
  context: CliContext,
  verb: 'grant' | 'revoke',
  description: string,
): void {
  withOutput(withProject(program.command(verb)))
    .description(description)
    .requiredOption('--role <role>', 'the role')
    .option('--claim <name=value>', 'of people; can be repeated', collectListed)
    .option('--verb <verb>', 'of a right; can be repeated', collectListed)
    .option('--resource-type <type>', 'of a right, in the plural')
    .option('--resource-name <name>', 'of a right on one object')
    .action(async (options: RoleOptions) => {
      const project = await requireProject(context, options);
      const body = { role: options.role!, ...readChange(options) };
      const client = await connect(context, options);
      const role = await (verb === 'grant'
        ? client.grantProjectRole({ project, body })
        : client.revokeProjectRole({ project, body }));
      await printChange(context, role, 'updated', options.output);
    });
}

/** @throws CliError for neither people nor rights, or both */
function readChange({
  claim = [],
  verb = [],
  resourceType,
  resourceName,
}: RoleOptions) {
  const isRight = verb.length > 0 && resourceType !== undefined;
  const isPart = verb.length > 0 || resourceType !== undefined;
  if (claim.length > 0 === isPart || isPart !== isRight) {
    throw new CliError('use either --claim, or --verb and --resource-type');
  }
  return claim.length > 0
    ? { userClaims: { claims: readClaims(claim) } }
    : {
        resourceDetails: {
          resourceType: resourceType!,
          verbs: verb.flatMap(each => each.split(',')),
          ...(resourceName && { resourceName }),
        },
      };
}

function addGetRoles(get: Command, context: CliContext): void {
  withSystem(withOutput(withProject(get.command('roles [name...]'))))
    .alias('role')
    .description('Show roles of a project, or of the installation')
    .option('-k, --as-kubernetes-resources', 'show what they are made of')
    .option('--no-headers', 'leave out the titles of the columns')
    .action(async (names: string[], options: RoleOptions) => {
      const place = await roleReader(context, options);
      const { results, finish } =
        names.length > 0
          ? await eachName(names, place.get)
          : { results: await place.list(), finish: () => undefined };
      const found = { isSingle: names.length === 1 };
      // A role is a view, and has no more of an object than its name.
      if (options.asKubernetesResources) {
        const items = results as unknown as RoleResourcesRow[];
        await printResources(
          context,
          { items, ...found },
          ROLE_RESOURCES_COLUMNS,
          options,
        );
      } else if (results.length > 0) {
        const items = results as unknown as RoleRow[];
        await printResources(
          context,
          { items, ...found },
          ROLE_COLUMNS,
          options,
        );
      }
      finish();
    });
}

interface RoleReader {
  list(): Promise<Array<KargoRole | KargoRoleResources>>;
  get(name: string): Promise<KargoRole | KargoRoleResources>;
}

async function roleReader(
  context: CliContext,
  options: RoleOptions,
): Promise<RoleReader> {
  const form = options.asKubernetesResources ? { 'as-resources': true } : {};
  if (options.system) {
    await requireScope(context, options);
    const client = await connect(context, options);
    return {
      list: () => client.listSystemRoles(form),
      get: name => client.getSystemRole({ name, ...form }),
    };
  }
  const project = await requireProject(context, options);
  const client = await connect(context, options);
  return {
    list: () => client.listProjectRoles({ project, ...form }),
    get: name => client.getProjectRole({ project, name, ...form }),
  };
}

function withSystem(command: Command): Command {
  return command.option('--system', 'those of the installation itself');
}

function addDeleteRole(remove: Command, context: CliContext): void {
  withProject(remove.command('role <name...>'))
    .alias('roles')
    .description('Delete roles of a project, with their tokens')
    .action(async (names: string[], options: RoleOptions) => {
      const project = await requireProject(context, options);
      const client = await connect(context, options);
      await deleteEach(context, names, roleNamed, name =>
        client.deleteProjectRole({ project, name }),
      );
    });
}

function roleNamed(name: string) {
  return { apiVersion: ROLE_API_VERSION, kind: 'Role', metadata: { name } };
}

function tokenNamed(name: string) {
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name } };
}

async function deleteEach(
  context: CliContext,
  names: readonly string[],
  named: (name: string) => ReturnType<typeof roleNamed>,
  deleteOne: (name: string) => Promise<unknown>,
): Promise<void> {
  const { results, finish } = await eachName(names, async name => {
    await deleteOne(name);
    return name;
  });
  for (const name of results) {
    await printChange(context, named(name), 'deleted');
  }
  finish();
}

async function tokenPath(
  context: CliContext,
  options: RoleOptions,
): Promise<{ client: KargoClient; scope: string[] }> {
  const scope = await requireScope(context, options);
  return { client: await connect(context, options), scope };
}

function addCreateToken(create: Command, context: CliContext): void {
  withSystem(withOutput(withProject(create.command('token <name>'))))
    .description('Create an API token that acts as a role; it is shown once')
    .requiredOption('--role <role>', 'the role')
    .action(async (name: string, options: RoleOptions) => {
      const { client, scope } = await tokenPath(context, options);
      const token = await client.request<Secret>(
        [...scope, 'roles', options.role!, 'api-tokens'],
        { method: 'POST', body: { name } },
      );
      if (options.output !== undefined) {
        await printChange(context, token, 'created', options.output);
        return;
      }
      const text = Buffer.from(token.data?.token ?? '', 'base64').toString(
        'utf8',
      );
      context.writeOut(
        `Token created successfully!\n\nKeep it in a safe place: it is not shown again.\n\nToken: ${text}\n`,
      );
    });
}

function addGetTokens(get: Command, context: CliContext): void {
  withSystem(withOutput(withProject(get.command('tokens [name...]'))))
    .alias('token')
    .description('Show API tokens, without what makes them work')
    .option('--role <role>', 'only those of this role')
    .option('--no-headers', 'leave out the titles of the columns')
    .action(async (names: string[], options: RoleOptions) => {
      const { client, scope } = await tokenPath(context, options);
      const path = [...scope, 'api-tokens'];
      const query = options.role ? { query: { role: options.role } } : {};
      const { results, finish } =
        names.length > 0
          ? await eachName(names, name =>
              client.request<Resource>([...path, name]),
            )
          : {
              results: (
                await client.request<{ items: Resource[] }>(path, query)
              ).items,
              finish: () => undefined,
            };
      if (results.length > 0 || names.length === 0) {
        const found = { items: results, isSingle: names.length === 1 };
        await printResources(context, found, TOKEN_COLUMNS, options);
      }
      finish();
    });
}

function addDeleteToken(remove: Command, context: CliContext): void {
  withSystem(withProject(remove.command('token <name...>')))
    .alias('tokens')
    .description('Revoke API tokens')
    .action(async (names: string[], options: RoleOptions) => {
      const { client, scope } = await tokenPath(context, options);
      await deleteEach(context, names, tokenNamed, name =>
        client.request([...scope, 'api-tokens', name], { method: 'DELETE' }),
      );
    });
}
