import { TracingService } from '@backstage/backend-plugin-api/alpha';
import { AnyStep } from 'backstage-plugin-kargo-node';
import { inSpan, markBroken, subjectOf } from './inSpan';

/** Adds a span to every attempt of a step, see the reference page on metrics. */
export function traceSteps(
  steps: ReadonlyMap<string, AnyStep>,
  tracing: TracingService,
): ReadonlyMap<string, AnyStep> {
  return new Map(
    [...steps].map(([id, step]) => [id, traceStep(id, step, tracing)]),
  );
}

function traceStep(
  id: string,
  step: AnyStep,
  tracing: TracingService,
): AnyStep {
  return {
    ...step,
    run: (config, context) => {
      const { alias, project, promotion } = context;
      const subject = { kind: 'Promotion', namespace: project };
      return inSpan(
        tracing,
        'kargo.step',
        {
          ...subjectOf({ ...subject, name: promotion }),
          'kargo.step.alias': alias,
          'kargo.step.uses': id,
        },
        async span => {
          const outcome = await step.run(config, context);
          // An extension's may be anything, of which the engine tells more.
          if (outcome?.kind === 'broken') {
            markBroken(span, outcome.error);
          } else {
            span.setAttribute('kargo.step.outcome', `${outcome?.kind}`);
          }
          return outcome;
        },
      );
    },
  };
}
