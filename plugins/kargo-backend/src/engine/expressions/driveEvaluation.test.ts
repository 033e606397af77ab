import { LookupTable } from '../../expressions/lookups';
import {
  evaluateStepConfig,
  StepEvaluationInput,
} from '../../expressions/promotionScope';
import { aPromotion, aStage } from '../../testing/resourceBuilders';
import { countTurns } from '../../testing/countTurns';
import { driveEvaluation, DriveOptions } from './driveEvaluation';

function drive(
  config: Record<string, string>,
  more: Partial<DriveOptions> = {},
) {
  const lookups = new LookupTable();
  const input: StepEvaluationInput = {
    promotion: aPromotion('prod.1'),
    stage: aStage({}),
    status: {},
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

describe('driving an evaluation', () => {
  it('gives others a turn between expressions that take long', async () => {
    const long = members(50, i => `len(map(1..50000, ${i}))`);
    expect(await countTurns(() => drive(long))).toBeGreaterThanOrEqual(49);
  });

  it('gives others a turn between look-ups that are answered at once', async () => {
    const long = members(50, i => `len(1..100000) + len(configMap('m${i}'))`);
    const found = { kind: 'ConfigMap' as const, data: {} };
    const work = drive(long, { fetch: async () => found });
    expect(await countTurns(() => work)).toBeGreaterThanOrEqual(99);
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
    const work = drive(long, { signal: gone.signal });
    setImmediate(() => gone.abort(new Error('gone')));
    await expect(work).rejects.toThrow('gone');
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
