import { endWithUsage, explainWhenAsked } from '../world/scriptOptions';

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

const USAGE = `usage: yarn conformance ${Object.keys(corpora).join('|')} FILE
       yarn conformance rest FILE [--url URL --token TOKEN]
       yarn conformance cli FILE [--kargo PROGRAM]
       yarn conformance mutations FOLDER [--count 5000] [--seed N] [--url URL --token TOKEN]`;

async function main([kind, file, ...options]: string[]): Promise<number> {
  const load = Object.hasOwn(corpora, kind ?? '') ? corpora[kind] : undefined;
  if (!load || !file) {
    return endWithUsage(USAGE, 'Which cases are to be run?');
  }
  const run = load();
  const { passed, failed } = await run(file, options);
  process.stdout.write(`${passed} passed, ${failed} failed\n`);
  return failed > 0 ? 1 : 0;
}

// Until it is known: when nothing is left to wait for, Node ends as if all were well.
process.exitCode = 2;
explainWhenAsked(USAGE);
main(process.argv.slice(2)).then(
  code => {
    process.exitCode = code;
  },
  error => {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 2;
  },
);
