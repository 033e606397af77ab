import { Command } from 'commander';
import { CliContext } from '../CliContext';
import { connect, ConnectionOptions } from '../connection/connect';
import { ProjectOption, requireProject } from '../connection/requireProject';
import { withProject } from './options';

interface LogsOptions extends ProjectOption, ConnectionOptions {
  metric?: string;
  container?: string;
}

/** `kargo logs` */
export function addLogs(program: Command, context: CliContext): void {
  withProject(program.command('logs <analysis-run>'))
    .description('Print what the job of a verification prints, until it ends')
    .option('--metric <name>', 'needed where several metrics run jobs')
    .option('--container <name>', 'needed where a job has several containers')
    .action(async (name: string, options: LogsOptions) => {
      const project = await requireProject(context, options);
      const client = await connect(context, options);
      const { metric, container } = options;
      const texts = client.streamLogs({
        project,
        name,
        ...(metric !== undefined && { metricName: metric }),
        ...(container !== undefined && { containerName: container }),
      });
      for await (const text of texts) {
        context.writeOut(text);
      }
    });
}
