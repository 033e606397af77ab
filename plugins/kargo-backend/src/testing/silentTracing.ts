import {
  TracingService,
  TracingServiceContext,
  TracingServiceSpan,
  TracingServiceSpanOptions,
} from '@backstage/backend-plugin-api/alpha';

type Work<T> = (span: TracingServiceSpan) => T | Promise<T>;

const CONTEXT: TracingServiceContext = {
  $$type: '@backstage/TracingServiceContext',
};
const SPAN: TracingServiceSpan = { setAttribute() {}, setStatus() {} };

/** Spans that go nowhere, as in a portal that exports none. */
export const silentTracing: TracingService = {
  async startActiveSpan<T>(
    _name: string,
    optionsOrWork: TracingServiceSpanOptions | Work<T>,
    work?: Work<T>,
  ): Promise<T> {
    return typeof optionsOrWork === 'function'
      ? optionsOrWork(SPAN)
      : work!(SPAN);
  },
  context: { active: () => CONTEXT, with: async (_, work) => work() },
  propagation: {
    extract: context => context,
    getBaggage: () => undefined,
    getActiveBaggage: () => undefined,
  },
};
