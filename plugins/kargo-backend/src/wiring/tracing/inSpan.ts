import {
  TracingService,
  TracingServiceAttributes,
  TracingServiceSpan,
} from '@backstage/backend-plugin-api/alpha';
import { toError } from '@backstage/errors';
import { ResourceKey } from 'backstage-plugin-kargo-common';

/**
 * Runs work in a span, beneath the one that is active.
 *
 * @remarks
 * Of an error the span tells the name alone. The tracing service writes the message and the
 * stack of what it sees thrown, and those may hold what a step knows in confidence, which is
 * masked later: so it sees nothing thrown.
 *
 * @throws what the work throws
 */
export async function inSpan<T>(
  tracing: TracingService,
  name: string,
  attributes: TracingServiceAttributes,
  work: (span: TracingServiceSpan) => T | Promise<T>,
): Promise<T> {
  const end = await tracing.startActiveSpan(
    name,
    { attributes },
    async (span): Promise<{ value: T } | { error: unknown }> => {
      try {
        return { value: await work(span) };
      } catch (error) {
        markBroken(span, error);
        return { error };
      }
    },
  );
  if ('error' in end) {
    throw end.error;
  }
  return end.value;
}

/** Tells what work broke with. */
export function markBroken(span: TracingServiceSpan, error: unknown): void {
  span.setAttribute('error.type', toError(error).name);
  span.setStatus({ code: 'error' });
}

/** Whose span it is. */
export function subjectOf({
  kind,
  namespace,
  name,
}: ResourceKey): TracingServiceAttributes {
  return {
    'kargo.kind': kind,
    ...(namespace && { 'kargo.project': namespace }),
    'kargo.name': name,
  };
}
