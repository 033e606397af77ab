import { Command } from 'commander';
import { CliContext } from '../CliContext';
import { connect, ConnectionOptions } from '../connection/connect';
import { describeFailure } from '../describeFailure';
import { readOutputFormat } from '../output/OutputFormat';
import { withConnection, withOutput } from './options';

interface VersionOptions extends ConnectionOptions {
  client?: boolean;
  output?: string;
}

interface Versions {
  cliVersion: string;
  serverVersion?: string;
}

/** `kargo version` */
export function addVersion(program: Command, context: CliContext): void {
  withOutput(withConnection(program.command('version')))
    .description('Show the versions of this command line and of the server')
    .option('--client', 'only that of this command line')
    .action(async (options: VersionOptions) => {
      const versions: Versions = { cliVersion: context.version };
      if (!options.client) {
        // The own version is worth showing even when the server cannot be asked.
        await askServer(context, options).then(
          version => {
            versions.serverVersion = version;
          },
          error => {
            context.writeError(`Server version: ${describeFailure(error)}\n`);
          },
        );
      }
      await printVersions(context, versions, options);
    });
}

async function askServer(
  context: CliContext,
  options: ConnectionOptions,
): Promise<string> {
  const client = await connect(context, options);
  const { version } = await client.request<{ version: string }>([
    'system',
    'server-version',
  ]);
  return version;
}

async function printVersions(
  context: CliContext,
  { cliVersion, serverVersion }: Versions,
  { output }: VersionOptions,
): Promise<void> {
  if (output !== undefined) {
    const format = await readOutputFormat(output, context);
    context.writeOut(format({ cliVersion, serverVersion } as object));
    return;
  }
  context.writeOut(`Client Version: ${cliVersion}\n`);
  if (serverVersion !== undefined) {
    context.writeOut(`Server Version: ${serverVersion}\n`);
  }
}
