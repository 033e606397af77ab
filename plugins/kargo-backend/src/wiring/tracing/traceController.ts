import { TracingService } from '@backstage/backend-plugin-api/alpha';
import { formatKey, ResourceKey } from 'backstage-plugin-kargo-common';
import { Controller } from '../../engine/runtime/Controller';
import { sha256Hex } from '../../logic/hash';
import { inSpan, subjectOf } from './inSpan';

/** Adds a span to every look at a resource, see the reference page on metrics. */
export function traceController(
  controller: Controller,
  tracing: TracingService,
): Controller {
  return {
    kind: controller.kind,
    deadlineMs: controller.deadlineMs,
    stopReason: controller.stopReason?.bind(controller),
    reconcile: (key, context) =>
      inTraceOf(key, tracing, () =>
        inSpan(
          tracing,
          'kargo.reconcile',
          { ...subjectOf(key), 'kargo.queue.delay_ms': context.queueDelayMs },
          () => controller.reconcile(key, context),
        ),
      ),
  };
}

/**
 * Runs work in the trace of a Promotion, whose looks belong together and come to an end.
 * Looks at other kinds, which live for years, are traces of their own.
 *
 * @remarks
 * The trace is made of the key, so that every replica finds it, also after a restart, and
 * nobody has to remember it. The parent of all looks stands for the Promotion and is sent
 * by nobody.
 */
function inTraceOf<T>(
  key: ResourceKey,
  { context, propagation }: TracingService,
  work: () => Promise<T>,
): Promise<T> {
  if (key.kind !== 'Promotion') {
    return work();
  }
  const carrier = { traceparent: traceparentOf(key) };
  return context.with(propagation.extract(context.active(), carrier), work);
}

/** As a header of W3C Trace Context says it: version, trace, parent, and that it is sampled. */
function traceparentOf(key: ResourceKey): string {
  const hash = sha256Hex(formatKey(key));
  return `00-${hash.slice(0, 32)}-${hash.slice(32, 48)}-01`;
}
