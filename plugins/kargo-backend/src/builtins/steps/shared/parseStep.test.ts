import { JsonValue } from 'backstage-plugin-kargo-common';
import { StepContext } from 'backstage-plugin-kargo-node';
import { runParseStep } from './parseStep';

const DOCUMENT: JsonValue = { text: 'a'.repeat(900_000) };
const LONG = "count(1..130, text contains 'b')";

/** Turns that others have had since the document was read. */
let turns = 0;

async function run(
  count: number,
  fromExpression: string,
  signal = new AbortController().signal,
) {
  const outputs = Array.from({ length: count }, (_, i) => ({
    name: `n${i}`,
    fromExpression,
  }));
  const context = {
    files: { readText: async () => '{}' },
    now: () => 0,
    signal,
  } as unknown as StepContext<'files'>;
  let isOver = false;
  turns = 0;
  const tick = () => {
    turns += 1;
    if (!isOver) setImmediate(tick);
  };
  try {
    return await runParseStep({ path: 'f', outputs }, context, async () => {
      setImmediate(tick);
      return DOCUMENT;
    });
  } finally {
    isOver = true;
  }
}

describe('expressions of a step that reads a file', () => {
  it('let others go on', async () => {
    await expect(run(5, LONG)).resolves.toMatchObject({ kind: 'succeeded' });
    expect(turns).toBeGreaterThanOrEqual(5);
  });

  it('have a bound of work together', async () => {
    const problem = 'the expressions take too many steps together';
    await expect(run(20, LONG)).rejects.toThrow(problem);
    const large = "repeat('abcdefghij', 99000)";
    await expect(run(300, large)).rejects.toThrow(problem);
  });

  it('end when nobody waits for them any more', async () => {
    const gone = new AbortController();
    const work = run(5, LONG, gone.signal);
    setImmediate(() => gone.abort(new Error('gone')));
    await expect(work).rejects.toThrow('gone');
    expect(turns).toBeLessThan(4);
  });
});
