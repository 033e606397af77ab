import { basename } from 'node:path';
import { TracingService } from '@backstage/backend-plugin-api/alpha';
import { ProcessStarter } from '../../adapters/processes/ProcessStarter';
import { inSpan } from './inSpan';

/**
 * Adds spans to programs: one until the program runs, one until it has ended.
 *
 * @param options.tellsCommand - whether the first argument is a subcommand that we chose; of
 * what people have us run it may be anything, also a secret
 */
export function traceProcesses(
  processes: ProcessStarter,
  tracing: TracingService,
  options: { tellsCommand: boolean },
): ProcessStarter {
  return {
    async start(call) {
      const attributes = {
        'kargo.program': basename(call.file),
        // Other arguments may be anybody's.
        ...(options.tellsCommand && { 'kargo.program.command': call.args[0] }),
      };
      const running = await inSpan(
        tracing,
        'kargo.program.start',
        attributes,
        () => processes.start(call),
      );
      inSpan(tracing, 'kargo.program.run', attributes, async span => {
        const end = await running.ended;
        span.setAttribute('kargo.program.end', end.kind);
      }).catch(() => {
        // Tracing is not worth a program.
      });
      return running;
    },
  };
}
