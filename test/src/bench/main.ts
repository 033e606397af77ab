type Benchmark = { run(): Promise<object> };

/** The benchmarks that `yarn bench [NAME]` can run; each is loaded only when asked for. */
const benchmarks: Record<string, () => Benchmark> = {
  discovery: () =>
    require('./discovery/run') as typeof import('./discovery/run'),
  engine: () => require('./engine/run') as typeof import('./engine/run'),
  expr: () => require('./expr/run') as typeof import('./expr/run'),
  store: () => require('./store/run') as typeof import('./store/run'),
};

async function main(names: string[]): Promise<number> {
  const known = Object.keys(benchmarks);
  const unknown = names.filter(name => !known.includes(name));
  if (unknown.length > 0) {
    process.stderr.write(`usage: yarn bench [${known.join('|')}]\n`);
    return 2;
  }
  for (const name of names.length > 0 ? names : known) {
    const figures = await benchmarks[name]().run();
    process.stdout.write(`${JSON.stringify({ [name]: figures }, null, 2)}\n`);
  }
  return 0;
}

main(process.argv.slice(2)).then(
  code => {
    process.exitCode = code;
  },
  error => {
    process.stderr.write(`${error.stack}\n`);
    process.exitCode = 2;
  },
);

// A module of its own, although it imports nothing before it is told to.
export {};
