import { createBenchKnex } from './connect';
import { BenchEngine } from './BenchEngine';

/** A second replica: works until its standard input ends. */
async function main(url: string): Promise<void> {
  const knex = createBenchKnex(url);
  const engine = await BenchEngine.start(knex);
  process.stdout.write('ready\n');
  for await (const _ of process.stdin);
  await engine.stop();
  await knex.destroy();
}

main(process.argv[2]).then(
  () => process.exit(0),
  error => {
    process.stderr.write(`${error.stack}\n`);
    process.exit(1);
  },
);
