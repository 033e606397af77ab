import { endWithUsage, parseScript } from '../world/scriptOptions';
import { ratios, runAgainst } from './against';
import { TurnGiver, Turns, TURNS_PORT } from './turns';

interface Benchmark {
  run(turns: Turns): Promise<object>;
  /** Files below `test/src/bench` that only measure; with them it can be run on other commits. */
  measuring?: readonly string[];
  /** Whether it passes its {@link Turns} on, so that it can run beside another commit's. */
  takesTurns?: boolean;
}

/** The benchmarks that `yarn bench [NAME]` can run; each is loaded only when asked for. */
const benchmarks: Record<string, () => Benchmark> = {
  discovery: () =>
    require('./discovery/run') as typeof import('./discovery/run'),
  engine: () => require('./engine/run') as typeof import('./engine/run'),
  expr: () => require('./expr/run') as typeof import('./expr/run'),
  foreign: () => require('./foreign/run') as typeof import('./foreign/run'),
  promote: () => require('./promote/run') as typeof import('./promote/run'),
  steps: () => require('./steps/run') as typeof import('./steps/run'),
  store: () => require('./store/run') as typeof import('./store/run'),
  ui: () => require('./ui/run') as typeof import('./ui/run'),
  watchers: () => require('./watchers/run') as typeof import('./watchers/run'),
};

/** What shows where the time of a benchmark goes, as a table in plain text: one Promotion. */
const tracePromotion = () =>
  (require('./promote/trace') as typeof import('./promote/trace')).trace();

/** The benchmarks whose time goes into Promotions. */
const traces: Record<string, () => Promise<string>> = {
  engine: tracePromotion,
  promote: tracePromotion,
};

async function main(): Promise<number> {
  const known = Object.keys(benchmarks);
  const traced = Object.keys(traces);
  const usage = `usage: yarn bench [${known.join(
    '|',
  )}] [--against COMMIT]\n       yarn bench ${traced.join('|')} --trace`;
  const { values, positionals: names } = parseScript(usage, {
    allowPositionals: true,
    options: { against: { type: 'string' }, trace: { type: 'boolean' } },
  });
  const unknown = names.filter(name => !known.includes(name));
  if (unknown.length > 0) {
    endWithUsage(usage, `There is no benchmark ${unknown.join(', ')}`);
  }
  if (values.trace) {
    const [name, ...others] = names;
    if (!traced.includes(name) || others.length > 0) {
      endWithUsage(usage, `--trace takes one of ${traced.join(', ')}`);
    }
    process.stdout.write(await traces[name]());
    return 0;
  }
  for (const name of names.length > 0 ? names : known) {
    const figures = await measure(name, values.against);
    process.stdout.write(`${JSON.stringify({ [name]: figures }, null, 2)}\n`);
  }
  return 0;
}

async function measure(name: string, against?: string): Promise<object> {
  const benchmark = benchmarks[name]();
  if (!against) {
    return runInTurn(benchmark, new Turns(process.env[TURNS_PORT]));
  }
  const { measuring } = benchmark;
  if (!measuring) {
    throw new Error(
      `yarn bench ${name} cannot be run on another commit; leave --against out`,
    );
  }
  if (!benchmark.takesTurns) {
    const before = await runAgainst(against, name, measuring);
    const now = await runInTurn(benchmark, new Turns(undefined));
    return beside(now, against, before);
  }
  const giver = await TurnGiver.start(2);
  try {
    const port = String(giver.port);
    const [now, before] = await Promise.all([
      runInTurn(benchmark, new Turns(port)),
      runAgainst(against, name, measuring, { [TURNS_PORT]: port }),
    ]);
    return beside(now, against, before);
  } finally {
    giver.close();
  }
}

async function runInTurn(benchmark: Benchmark, turns: Turns): Promise<object> {
  await turns.begin();
  try {
    return await benchmark.run(turns);
  } finally {
    turns.end();
  }
}

function beside(now: object, against: string, before: object): object {
  return { now, [against]: before, ratio: ratios(now, before) };
}

main().then(
  code => {
    process.exitCode = code;
  },
  error => {
    process.stderr.write(`${error.stack}\n`);
    process.exitCode = 2;
  },
);
