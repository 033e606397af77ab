import { Command } from 'commander';
import { CliContext } from '../CliContext';
import { joinErrors } from '../CliError';
import { connect, ConnectionOptions } from '../connection/connect';
import { ProjectOption, requireProject } from '../connection/requireProject';
import { printChange } from '../output/printChange';
import { withOutput, withProject } from './options';
import { describeEnd, waitForPromotions } from './waitForPromotions';

interface RetryOptions extends ProjectOption, ConnectionOptions {
  wait?: boolean;
  output?: string;
}

/** `kargo retry promotion` */
export function addRetry(program: Command, context: CliContext): void {
  const retry = program
    .command('retry')
    .description('Go on where a Promotion failed');
  withOutput(withProject(retry.command('promotion <name>')))
    .description(
      'Promote the same Freight again, from the step at which a Promotion failed',
    )
    .option('--wait', 'wait until the new Promotion has ended')
    .action(async (name: string, options: RetryOptions) => {
      const project = await requireProject(context, options);
      const client = await connect(context, options);
      const promotion = await client.retryPromotion({ project, name });
      await printChange(
        context,
        promotion,
        'promotion created',
        options.output,
      );
      const ended = options.wait
        ? await waitForPromotions(context, client, [promotion])
        : [];
      const failures = ended.flatMap(describeEnd);
      if (failures.length > 0) {
        throw joinErrors(failures);
      }
    });
}
