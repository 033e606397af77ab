import { JsonObject } from 'backstage-plugin-kargo-common';
import { LookupTable } from '../../expressions/lookups';
import {
  evaluateStepConfig,
  StepEvaluationInput,
} from '../../expressions/promotionScope';
import { stopThreads } from '../../foreign/threads/runInThread';
import { aPromotion, aStage } from '../../testing/resourceBuilders';
import { countTurns } from '../../testing/countTurns';
import { driveEvaluation, DriveOptions } from './driveEvaluation';

function drive(
  config: Record<string, string>,
  more: Partial<DriveOptions> = {},
  state: JsonObject = {},
) {
  const lookups = new LookupTable();
  const input: StepEvaluationInput = {
    promotion: aPromotion('prod.1'),
    stage: aStage({}),
    status: { state },
    step: { uses: 'compose-output', as: 'here', config },
    lookups,
    nowMs: 0,
  };
  return driveEvaluation(evaluateStepConfig(input), {
    lookups,
    fetch: async () => undefined,
    tooMany: () => new Error('too many look-ups'),
    signal: new AbortController().signal,
    ...more,
  });
}

/** Members that each hold an expression. */
function members(count: number, source: (index: number) => string) {
  return Object.fromEntries(
    Array.from({ length: count }, (_, i) => [`k${i}`, `\${{ ${source(i)} }}`]),
  );
}

afterAll(() => stopThreads());

describe('driving an evaluation', () => {
  it('gives others a turn between expressions that take long', async () => {
    const long = members(50, i => `len(map(1..50000, ${i}))`);
    // Each look at the clock takes a fifth of a slice.
    expect(await countTurns(() => drive(long))).toBeGreaterThanOrEqual(9);
  });

  it('takes no more of a turn when there are several', async () => {
    const long = members(50, i => `len(map(1..50000, ${i}))`);
    const turns = await countTurns(() =>
      Promise.all(Array.from({ length: 4 }, () => drive(long))),
    );
    expect(turns).toBeGreaterThanOrEqual(36);
  });

  it('gives others a turn while much is printed', async () => {
    const config = members(1, () => 'len(outputs.large) > 0 ? outputs : nil');
    const large = Array.from({ length: 100_000 }, (_, i) => i);
    let result: JsonObject | undefined;
    const turns = await countTurns(async () => {
      result = await drive(config, {}, { large });
    });
    expect(result?.k0).toEqual({ large });
    // It is read in a thread and taken over in a hundred pieces.
    expect(turns).toBeGreaterThanOrEqual(100);
  });

  it('takes a long text that is no JSON as it is', async () => {
    const text = `[${'word '.repeat(20_000)}]`;
    const config = { k: '${{ outputs.text }}' };
    await expect(drive(config, {}, { text })).resolves.toEqual({ k: text });
  });

  it('refuses JSON of too many values by its place', async () => {
    const config = { k: "[${{ repeat('1,', 200000) }}1]" };
    await expect(drive(config)).rejects.toThrow(
      'config.k: the rendered JSON: it has more than 200000 values',
    );
  });

  it('gives others a turn between look-ups that are answered at once', async () => {
    const long = members(50, i => `len(1..100000) + len(configMap('m${i}'))`);
    const found = { kind: 'ConfigMap' as const, data: {} };
    const work = drive(long, { fetch: async () => found });
    expect(await countTurns(() => work)).toBeGreaterThanOrEqual(18);
  });

  it('evaluates what is ordinary in one turn', async () => {
    const config = members(100, i => `ctx.stage + '-${i}'`);
    let isOver = false;
    const work = drive(config).then(() => (isOver = true));
    await Promise.resolve();
    await Promise.resolve();
    await Promise.resolve();
    expect(isOver).toBe(true);
    await work;
  });

  it('ends when nobody waits for it any more', async () => {
    const gone = new AbortController();
    const long = members(50, i => `len(map(1..50000, ${i}))`);
    await countTurns(async () => {
      const work = drive(long, { signal: gone.signal });
      gone.abort(new Error('gone'));
      await expect(work).rejects.toThrow('gone');
    });
  });

  it('looks up each thing once, and no more than two hundred', async () => {
    const fetch = jest.fn(async () => undefined);
    const config = members(400, i => `configMap('m${i % 200}').key`);
    await drive(config, { fetch });
    expect(fetch).toHaveBeenCalledTimes(200);
    const more = members(201, i => `configMap('m${i}').key`);
    await expect(drive(more)).rejects.toThrow('too many look-ups');
  });
});
