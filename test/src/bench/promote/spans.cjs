// Loaded in front of a portal: writes a line for every span and every statement of Kargo.
const { appendFileSync } = require('node:fs');
const { isMainThread } = require('node:worker_threads');

const file = process.env.BENCH_SPANS_FILE;
/** The end of the name of the plugin's database, a file or one of PostgreSQL. */
const KARGO = /kargo(?:\.sqlite)?$/;

if (isMainThread && file) {
  const paths = [require.resolve('@backstage/backend-defaults')];
  // The copies that the portal uses.
  const { trace } = require(require.resolve('@opentelemetry/api', { paths }));
  const Client = require(require.resolve('knex/lib/client', { paths }));

  const now = () => performance.timeOrigin + performance.now();
  const write = (name, startedMs, attributes) => {
    const endedMs = now();
    appendFileSync(
      file,
      `${JSON.stringify({ name, startedMs, endedMs, attributes })}\n`,
    );
  };

  const startSpan = (name, { attributes = {} } = {}) => {
    const startedMs = now();
    const known = { ...attributes };
    return {
      setAttribute: (key, value) => {
        known[key] = value;
      },
      setStatus: () => {},
      recordException: () => {},
      end: () => write(name, startedMs, known),
    };
  };
  trace.setGlobalTracerProvider({
    getTracer: () => ({
      startSpan,
      startActiveSpan: (name, ...rest) =>
        rest.at(-1)(startSpan(name, rest.length > 1 ? rest[0] : {})),
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
        write('statement', startedMs, { sql: (sql ?? '').slice(0, 200) });
      }
    }
  };
}
