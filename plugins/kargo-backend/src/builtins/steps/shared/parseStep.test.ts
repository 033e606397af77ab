import { StepContext } from 'backstage-plugin-kargo-node';
import { stopThreads } from '../../../foreign/threads/runInThread';
import { countTurns } from '../../../testing/countTurns';
import { runParseStep } from './parseStep';

afterAll(() => stopThreads());

const TEXT = JSON.stringify({ text: 'a'.repeat(60_000) });
/** About 150,000 steps. */
const LONG = "count(1..100, text contains 'b')";

function run(
  count: number,
  fromExpression: string,
  signal = new AbortController().signal,
) {
  const outputs = Array.from({ length: count }, (_, i) => ({
    name: `n${i}`,
    fromExpression,
  }));
  const context = {
    files: { readText: async () => TEXT },
    now: () => 0,
    signal,
  } as unknown as StepContext<'files'>;
  return runParseStep({ path: 'f', outputs }, context, 'json');
}

describe('expressions of a step that reads a file', () => {
  it('let others go on', async () => {
    const turns = await countTurns(async () => {
      await expect(run(10, LONG)).resolves.toMatchObject({ kind: 'succeeded' });
    });
    // Each look at the clock takes a fifth of a slice.
    expect(turns).toBeGreaterThanOrEqual(4);
  });

  it('have a bound of work together', async () => {
    const problem = 'the expressions take too many steps together';
    await expect(run(140, LONG)).rejects.toThrow(problem);
    const large = "repeat('abcdefghij', 99000)";
    await expect(run(500, large)).rejects.toThrow(problem);
  });

  it('end when nobody waits for them any more', async () => {
    const gone = new AbortController();
    const work = run(5, LONG, gone.signal);
    gone.abort(new Error('gone'));
    await expect(work).rejects.toThrow('gone');
  });
});
