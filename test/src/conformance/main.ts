import { runSelection } from './selection/run';

/** The corpora that `yarn conformance KIND FILE` can run, by their kind. */
const corpora: Record<
  string,
  (file: string) => Promise<{ passed: number; failed: number }>
> = {
  selection: runSelection,
};

async function main([kind, file]: string[]): Promise<number> {
  const run = corpora[kind];
  if (!run || !file) {
    const kinds = Object.keys(corpora).join('|');
    process.stderr.write(`usage: yarn conformance ${kinds} FILE\n`);
    return 2;
  }
  const { passed, failed } = await run(file);
  process.stdout.write(`${passed} passed, ${failed} failed\n`);
  return failed > 0 ? 1 : 0;
}

main(process.argv.slice(2)).then(
  code => {
    process.exitCode = code;
  },
  error => {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 2;
  },
);
