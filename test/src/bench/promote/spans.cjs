// Loaded in front of a portal: writes a line for every span and every statement of Kargo.
const { AsyncLocalStorage } = require('node:async_hooks');
const { randomBytes } = require('node:crypto');
const { appendFileSync } = require('node:fs');
const { isMainThread } = require('node:worker_threads');

const file = process.env.BENCH_SPANS_FILE;
/** The end of the name of the plugin's database, a file or one of PostgreSQL. */
const KARGO = /kargo(?:\.sqlite)?$/;
const TRACEPARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-01$/;

if (isMainThread && file) {
  const paths = [require.resolve('@backstage/backend-defaults')];
  // The copies that the portal uses.
  const { context, propagation, ROOT_CONTEXT, trace } = require(require.resolve(
    '@opentelemetry/api',
    { paths },
  ));
  const Client = require(require.resolve('knex/lib/client', { paths }));

  const now = () => performance.timeOrigin + performance.now();
  const randomId = bytes => randomBytes(bytes).toString('hex');
  const write = (name, startedMs, attributes, ids) => {
    const endedMs = now();
    appendFileSync(
      file,
      `${JSON.stringify({ name, startedMs, endedMs, ...ids, attributes })}\n`,
    );
  };

  const active = new AsyncLocalStorage();
  const manager = {
    active: () => active.getStore() ?? ROOT_CONTEXT,
    with: (inside, work, self, ...args) =>
      active.run(inside, () => work.apply(self, args)),
    bind: (inside, target) =>
      typeof target === 'function'
        ? (...args) => active.run(inside, () => target(...args))
        : target,
    enable: () => manager,
    disable: () => manager,
  };
  context.setGlobalContextManager(manager);
  propagation.setGlobalPropagator({
    inject: () => {},
    extract: (around, { traceparent = '' }) => {
      const [, traceId, spanId] = TRACEPARENT.exec(traceparent) ?? [];
      return traceId
        ? trace.setSpanContext(around, {
            ...{ traceId, spanId, traceFlags: 1, isRemote: true },
          })
        : around;
    },
    fields: () => ['traceparent'],
  });

  const idsIn = around => {
    const { traceId, spanId } = trace.getSpanContext(around) ?? {};
    return { trace: traceId ?? randomId(16), parent: spanId };
  };
  const startSpan = (name, { attributes = {} } = {}, around) => {
    const startedMs = now();
    const known = { ...attributes };
    const ids = { ...idsIn(around ?? context.active()), id: randomId(8) };
    return {
      spanContext: () => ({
        ...{ traceId: ids.trace, spanId: ids.id, traceFlags: 1 },
      }),
      setAttribute: (key, value) => {
        known[key] = value;
      },
      setStatus: () => {},
      recordException: () => {},
      end: () => write(name, startedMs, known, ids),
    };
  };
  trace.setGlobalTracerProvider({
    getTracer: () => ({
      startSpan,
      startActiveSpan: (name, ...rest) => {
        const work = rest.pop();
        const [options, around = context.active()] = rest;
        const span = startSpan(name, options, around);
        return context.with(trace.setSpan(around, span), work, undefined, span);
      },
    }),
  });

  const query = Client.prototype.query;
  Client.prototype.query = async function timed(connection, statement) {
    const startedMs = now();
    try {
      return await query.call(this, connection, statement);
    } finally {
      const { filename, database, connectionString } =
        this.config.connection ?? {};
      if (KARGO.test(filename ?? database ?? connectionString ?? '')) {
        const sql = typeof statement === 'string' ? statement : statement.sql;
        write(
          'statement',
          startedMs,
          { sql: (sql ?? '').slice(0, 200) },
          idsIn(context.active()),
        );
      }
    }
  };
}
