import { Command } from 'commander';
import { CliContext } from '../CliContext';
import { CliError } from '../CliError';
import { readCliConfig, writeCliConfig } from '../connection/CliConfig';
import { readConfigInForce } from '../connection/configInForce';
import { readOutputFormat } from '../output/OutputFormat';
import { withOutput } from './options';

const SECRET_KEYS = ['bearerToken', 'refreshToken'];

interface ViewOptions {
  raw?: boolean;
  output?: string;
}

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
  withOutput(config.command('view'))
    .description('Show the configuration that is in force, without tokens')
    .option('--raw', 'show tokens as well')
    .action(async ({ raw, output = 'yaml' }: ViewOptions) => {
      const values = Object.entries(await readConfigInForce(context)).map(
        ([key, value]) =>
          SECRET_KEYS.includes(key) && value && !raw
            ? [key, '*****']
            : [key, value],
      );
      const format = await readOutputFormat(output, context);
      context.writeOut(
        format({ kind: 'CLIConfig', ...Object.fromEntries(values) }),
      );
    });
}
