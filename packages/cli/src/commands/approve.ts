import { Command } from 'commander';
import { CliContext } from '../CliContext';
import { connect, ConnectionOptions } from '../connection/connect';
import { ProjectOption, requireProject } from '../connection/requireProject';
import { FreightOptions, requireFreight } from './freightOptions';
import { withProject } from './options';

interface ApproveOptions
  extends ProjectOption,
    ConnectionOptions,
    FreightOptions {
  stage: string;
}

/** `kargo approve` */
export function addApprove(program: Command, context: CliContext): void {
  withProject(program.command('approve'))
    .description('Approve Freight for a Stage, past verification and soak time')
    .option('--freight <name>', 'the Freight, by its name')
    .option('--freight-alias <alias>', 'the Freight, by its alias')
    .requiredOption('--stage <stage>', 'the Stage')
    .action(async (options: ApproveOptions) => {
      const project = await requireProject(context, options);
      const client = await connect(context, options);
      const freight = await requireFreight(client, project, options);
      await client.approveFreight({ project, freight, stage: options.stage });
    });
}
