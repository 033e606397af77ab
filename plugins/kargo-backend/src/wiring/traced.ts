import { basename } from 'node:path';
import { TracingService } from '@backstage/backend-plugin-api/alpha';
import { AnyStep } from 'backstage-plugin-kargo-node';
import { ProcessStarter } from '../adapters/processes/ProcessStarter';

/** Adds a span to every attempt of a step, see the reference page on metrics. */
export function traceSteps(
  steps: ReadonlyMap<string, AnyStep>,
  tracing: TracingService,
): ReadonlyMap<string, AnyStep> {
  return new Map(
    [...steps].map(([id, step]) => [
      id,
      {
        ...step,
        run: (config, context) =>
          tracing.startActiveSpan(
            'kargo.step',
            { attributes: { 'kargo.step.uses': id } },
            async span => {
              const outcome = await step.run(config, context);
              span.setAttribute('kargo.step.outcome', outcome.kind);
              return outcome;
            },
          ),
      } satisfies AnyStep,
    ]),
  );
}

/** Adds spans to programs: one until the program runs, one until it has ended. */
export function traceProcesses(
  processes: ProcessStarter,
  tracing: TracingService,
): ProcessStarter {
  return {
    async start(call) {
      const attributes = {
        'kargo.program': basename(call.file),
        // The first argument is the subcommand; others may be anybody's.
        'kargo.program.command': call.args[0],
      };
      const running = await tracing.startActiveSpan(
        'kargo.program.start',
        { attributes },
        () => processes.start(call),
      );
      tracing
        .startActiveSpan('kargo.program.run', { attributes }, async span => {
          const end = await running.ended;
          span.setAttribute('kargo.program.end', end.kind);
        })
        .catch(() => {
          // Tracing is not worth a program.
        });
      return running;
    },
  };
}
