import { Command } from 'commander';
import { stringify } from 'yaml';
import { CliContext } from '../CliContext';
import { CliError } from '../CliError';
import { readCliConfig, writeCliConfig } from '../connection/CliConfig';
import { readConfigInForce } from '../connection/configInForce';

const SECRET_KEYS = ['bearerToken', 'refreshToken'];

/** `kargo config get-project | set-project | view` */
export function addConfig(program: Command, context: CliContext): void {
  const config = program
    .command('config')
    .description('Show or change the configuration of this command line');
  config
    .command('get-project')
    .description('Show the default project')
    .action(async () => {
      const { project } = await readCliConfig(context);
      if (!project) {
        throw new CliError(
          "there is no default project; set one with 'kargo config set-project NAME'",
        );
      }
      context.writeOut(`${project}\n`);
    });
  config
    .command('set-project <name>')
    .description('Set the project of commands without --project')
    .action(async (project: string) => {
      await writeCliConfig(context, {
        ...(await readCliConfig(context)),
        project,
      });
    });
  config
    .command('view')
    .description('Show the configuration that is in force, without tokens')
    .option('--raw', 'show tokens as well')
    .action(async ({ raw }: { raw?: boolean }) => {
      const values = Object.entries(await readConfigInForce(context)).map(
        ([key, value]) =>
          SECRET_KEYS.includes(key) && value && !raw
            ? [key, '*****']
            : [key, value],
      );
      context.writeOut(stringify(Object.fromEntries(values)));
    });
}
