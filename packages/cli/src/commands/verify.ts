import { Command } from 'commander';
import { CliContext } from '../CliContext';
import { connect, ConnectionOptions } from '../connection/connect';
import { ProjectOption, requireProject } from '../connection/requireProject';
import { withProject } from './options';

interface VerifyOptions extends ProjectOption, ConnectionOptions {
  abort?: boolean;
}

/** `kargo verify stage` */
export function addVerify(program: Command, context: CliContext): void {
  const verify = program
    .command('verify')
    .description('Verify again what a Stage holds');
  withProject(verify.command('stage <name>'))
    .description('Verify again what a Stage holds, or abort its verification')
    .option('--abort', 'abort the verification that runs')
    .action(async (given: string, options: VerifyOptions) => {
      const project = await requireProject(context, options);
      const client = await connect(context, options);
      // Kargo's own command does the same; names have no upper case.
      const name = given.toLocaleLowerCase('en-US');
      await (options.abort
        ? client.abortVerification({ project, stage: name })
        : client.verifyStage({ project, stage: name }));
    });
}
