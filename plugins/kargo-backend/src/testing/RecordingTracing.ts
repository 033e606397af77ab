import { AsyncLocalStorage } from 'node:async_hooks';
import {
  TracingService,
  TracingServiceAttributes,
  TracingServiceContext,
  TracingServiceSpan,
  TracingServiceSpanOptions,
  TracingServiceSpanStatus,
} from '@backstage/backend-plugin-api/alpha';

/** A span as an exporter would send it. */
export interface RecordedSpan {
  name: string;
  trace: string;
  id: string;
  /** Of whichever span was active when it began, also one of another process. */
  parent?: string;
  attributes: TracingServiceAttributes;
  status?: TracingServiceSpanStatus;
  /** What the portal would write of an error that it saw. */
  exception?: Error;
  hasEnded: boolean;
}

type Work<T> = (span: TracingServiceSpan) => T | Promise<T>;

interface Context extends TracingServiceContext {
  trace?: string;
  span?: string;
}

const ROOT: Context = { $$type: '@backstage/TracingServiceContext' };
const TRACEPARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-01$/;

/**
 * A tracing service that a test reads: it goes by what is active where the work was begun, and
 * by the headers of W3C Trace Context, as that of a portal with an SDK.
 */
export class RecordingTracing implements TracingService {
  readonly spans: RecordedSpan[] = [];
  readonly #active = new AsyncLocalStorage<Context>();

  readonly context: TracingService['context'] = {
    active: () => this.#active.getStore() ?? ROOT,
    with: async (context, work) => this.#active.run(context, work),
  };

  readonly propagation: TracingService['propagation'] = {
    extract: (context, { traceparent }) => {
      const [, trace, span] = TRACEPARENT.exec(String(traceparent)) ?? [];
      return trace ? ({ ...context, trace, span } as Context) : context;
    },
    getBaggage: () => undefined,
    getActiveBaggage: () => undefined,
  };

  /** Spans of a name so far, in the order of their beginnings. */
  named(name: string): RecordedSpan[] {
    return this.spans.filter(span => span.name === name);
  }

  startActiveSpan<T>(
    name: string,
    optionsOrWork: TracingServiceSpanOptions | Work<T>,
    work?: Work<T>,
  ): Promise<T> {
    return typeof optionsOrWork === 'function'
      ? this.#run(name, {}, optionsOrWork)
      : this.#run(name, optionsOrWork.attributes ?? {}, work!);
  }

  async #run<T>(
    name: string,
    attributes: TracingServiceAttributes,
    work: Work<T>,
  ): Promise<T> {
    const number = this.spans.length + 1;
    const around: Context = this.#active.getStore() ?? ROOT;
    const span: RecordedSpan = {
      name,
      trace: around.trace ?? `trace ${number}`,
      id: `span ${number}`,
      ...(around.span && { parent: around.span }),
      attributes: { ...attributes },
      hasEnded: false,
    };
    this.spans.push(span);
    const told: TracingServiceSpan = {
      setAttribute: (key, value) => {
        span.attributes[key] = value;
      },
      setStatus: status => {
        span.status = status;
      },
    };
    const inside = { ...ROOT, trace: span.trace, span: span.id };
    try {
      return await this.#active.run(inside, () => work(told));
    } catch (error) {
      span.exception = error as Error;
      throw error;
    } finally {
      span.hasEnded = true;
    }
  }
}
