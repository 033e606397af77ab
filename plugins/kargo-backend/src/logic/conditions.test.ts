import { Condition } from 'backstage-plugin-kargo-common';
import { ConditionDraft, deleteConditions, setCondition } from './conditions';

const BEFORE = '2026-01-01T00:00:00Z';
const NOW = '2026-01-02T00:00:00Z';
const READY: ConditionDraft = {
  type: 'Ready',
  status: 'True',
  reason: 'Verified',
  message: 'all is well',
  observedGeneration: 2,
};
const at = (draft: ConditionDraft, lastTransitionTime: string): Condition => ({
  ...draft,
  lastTransitionTime,
});
const HEALTHY = at({ ...READY, type: 'Healthy' }, BEFORE);

describe('setCondition', () => {
  it.each<
    [string, Condition[] | undefined, Partial<ConditionDraft>, Condition[]]
  >([
    ['the first', undefined, {}, [at(READY, NOW)]],
    ['one beside others', [HEALTHY], {}, [HEALTHY, at(READY, NOW)]],
    [
      'another status',
      [at(READY, BEFORE), HEALTHY],
      { status: 'False' },
      [at({ ...READY, status: 'False' }, BEFORE), HEALTHY],
    ],
    [
      'another reason',
      [at(READY, BEFORE)],
      { reason: 'Other' },
      [at({ ...READY, reason: 'Other' }, BEFORE)],
    ],
    [
      'another message',
      [at(READY, BEFORE)],
      { message: 'other' },
      [at({ ...READY, message: 'other' }, BEFORE)],
    ],
    [
      'a newer generation',
      [at(READY, BEFORE)],
      { observedGeneration: 3 },
      [at({ ...READY, observedGeneration: 3 }, BEFORE)],
    ],
    [
      'an older generation changes nothing',
      [at(READY, BEFORE)],
      { observedGeneration: 1 },
      [at(READY, BEFORE)],
    ],
  ])('%s', (_, conditions, over, expected) => {
    expect(setCondition(conditions, { ...READY, ...over }, NOW)).toEqual(
      expected,
    );
  });

  it.each([
    ['that fits', 'x'.repeat(32_768), 'x'.repeat(32_768)],
    [
      'that is too long',
      'x'.repeat(32_769),
      `${'x'.repeat(32_752)} ... (truncated)`,
    ],
    [
      'that is cut within a character',
      `${'x'.repeat(32_751)}${'é'.repeat(10)}`,
      `${'x'.repeat(32_751)} ... (truncated)`,
    ],
  ])('a message %s', (_, message, kept) => {
    const [set] = setCondition([], { ...READY, message }, NOW);
    expect(set.message).toBe(kept);
  });
});

describe('deleteConditions', () => {
  it.each<[Condition[] | undefined, string[], Condition[]]>([
    [[HEALTHY], ['Ready'], [HEALTHY]],
    [[at(READY, NOW), HEALTHY], ['Ready', 'Other'], [HEALTHY]],
    [undefined, ['Ready'], []],
  ])('of %j without %j', (conditions, types, left) => {
    expect(deleteConditions(conditions, ...types)).toEqual(left);
  });
});
