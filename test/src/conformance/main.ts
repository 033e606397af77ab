type Runner = (
  file: string,
  options: readonly string[],
) => Promise<{ passed: number; failed: number }>;

/** The corpora that `yarn conformance KIND FILE` can run; each is loaded only when asked for. */
const corpora: Record<string, () => Runner> = {
  analysis: () =>
    (require('./analysis/run') as typeof import('./analysis/run')).runAnalysis,
  cli: () => (require('./cli/run') as typeof import('./cli/run')).runCli,
  engine: () =>
    (require('./engine/run') as typeof import('./engine/run')).runEngine,
  expr: () => (require('./expr/run') as typeof import('./expr/run')).runExpr,
  mutations: () =>
    (require('./rest/mutations/run') as typeof import('./rest/mutations/run'))
      .runMutations,
  pipelines: () =>
    (require('./pipelines/run') as typeof import('./pipelines/run'))
      .runPipelines,
  rest: () => (require('./rest/run') as typeof import('./rest/run')).runRest,
  selection: () =>
    (require('./selection/run') as typeof import('./selection/run'))
      .runSelection,
  steps: () =>
    (require('./steps/run') as typeof import('./steps/run')).runSteps,
};

async function main([kind, file, ...options]: string[]): Promise<number> {
  const load = Object.hasOwn(corpora, kind ?? '') ? corpora[kind] : undefined;
  if (!load || !file) {
    const kinds = Object.keys(corpora).join('|');
    process.stderr.write(
      `usage: yarn conformance ${kinds} FILE\n       yarn conformance rest FILE [--url URL --token TOKEN]\n       yarn conformance cli FILE [--kargo PROGRAM]\n       yarn conformance mutations FOLDER [--count 5000] [--seed N] [--url URL --token TOKEN]\n`,
    );
    return 2;
  }
  const run = load();
  const { passed, failed } = await run(file, options);
  process.stdout.write(`${passed} passed, ${failed} failed\n`);
  return failed > 0 ? 1 : 0;
}

// Until it is known: when nothing is left to wait for, Node ends as if all were well.
process.exitCode = 2;
main(process.argv.slice(2)).then(
  code => {
    process.exitCode = code;
  },
  error => {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 2;
  },
);

// A module of its own, although it imports nothing before it is told to.
export {};
