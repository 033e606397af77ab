import { Command } from 'commander';
import {
  KARGO_API_VERSION,
  ServerVersion,
} from 'backstage-plugin-kargo-common';
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
  client: { version: string };
  /** All that the server tells of itself. */
  server?: ServerVersion;
}

/** `kargo version` */
export function addVersion(program: Command, context: CliContext): void {
  withOutput(withConnection(program.command('version')))
    .description('Show the versions of this command line and of the server')
    .option('--client', 'only that of this command line')
    .action(async (options: VersionOptions) => {
      const versions: Versions = { client: { version: context.version } };
      if (!options.client) {
        // The own version is worth showing even when the server cannot be asked.
        await askServer(context, options).then(
          version => {
            versions.server = version;
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
): Promise<ServerVersion> {
  const client = await connect(context, options);
  return client.getServerVersion();
}

async function printVersions(
  context: CliContext,
  versions: Versions,
  { output }: VersionOptions,
): Promise<void> {
  if (output !== undefined) {
    const format = await readOutputFormat(output, context);
    context.writeOut(
      format({
        apiVersion: KARGO_API_VERSION,
        kind: 'ComponentVersions',
        ...versions,
      }),
    );
    return;
  }
  const { client, server } = versions;
  context.writeOut(`Client Version: ${client.version}\n`);
  if (server !== undefined) {
    context.writeOut(`Server Version: ${server.version}\n`);
  }
}
