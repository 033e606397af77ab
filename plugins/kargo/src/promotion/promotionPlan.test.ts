import { Freight, StageStatus } from 'backstage-plugin-kargo-common';
import { aFreight, aStage, holding, NOW_MS } from '../../dev/testing/builders';
import {
  choiceGroups,
  promotionPlan,
  PromotionPlan,
  runsNewest,
  suggestedChoice,
} from './promotionPlan';

const all = [1, 2, 3, 4].map(n =>
  aFreight(`f${n}`, { version: `1.${n}.0`, minutesOld: 100 - n }),
);
const [f1, f2, f3, f4] = all;

function plan(status: StageStatus, chosen: Freight): PromotionPlan {
  return promotionPlan(aStage('prod', { status }), chosen, all, NOW_MS);
}

describe('promotionPlan', () => {
  it.each<[string, StageStatus, Freight, PromotionPlan['direction'], string[]]>(
    [
      ['the first Freight of a Stage', {}, f4, 'first', []],
      ['the next Freight', holding(f3), f4, 'forward', []],
      ['a leap over two', holding(f1), f4, 'forward', ['f3', 'f2']],
      ['a way back', holding(f4), f2, 'back', ['f3']],
      ['the same again', holding(f4), f4, 'same', []],
      [
        'a start from Freight that was cleaned up',
        holding(aFreight('gone')),
        f4,
        'forward',
        [],
      ],
    ],
  )('describes %s', (_, status, chosen, direction, skipped) => {
    const result = plan(status, chosen);
    expect(result.direction).toBe(direction);
    expect(result.skipped.map(f => f.metadata.name)).toEqual(skipped);
  });

  it('tells what changes per artifact', () => {
    expect(plan(holding(f1), f4).changes).toMatchObject([
      {
        change: 'changed',
        from: { version: '1.1.0' },
        to: { version: '1.4.0' },
      },
    ]);
  });

  it.each<[string, StageStatus, Freight, boolean]>([
    ['without automation', holding(f1), f2, false],
    [
      'with automation and its own choice',
      { ...holding(f1), autoPromotionEnabled: true },
      f4,
      false,
    ],
    [
      'with automation and another choice',
      { ...holding(f1), autoPromotionEnabled: true },
      f2,
      true,
    ],
  ])('knows whether automation pauses: %s', (_, status, chosen, pauses) => {
    expect(plan(status, chosen).pausesAutomation).toBe(pauses);
  });

  it('names the steps that run', () => {
    expect(plan({}, f4).steps).toEqual([
      'git-clone',
      'yaml-update',
      'git-commit',
      'git-push',
    ]);
  });
});

describe('choiceGroups', () => {
  const other = aFreight('x', { warehouse: 'other' });

  it('offers Freight of each origin apart, newest first, older Freight as such', () => {
    const groups = choiceGroups(
      aStage('prod', { warehouses: ['web', 'other'], status: holding(f2) }),
      [...all, other, aFreight('y', { warehouse: 'third' })],
      NOW_MS,
    );
    expect(
      groups.map(({ origin, choices }) => [
        origin,
        ...choices.map(({ freight, isCurrent, isOlder }) =>
          [freight.metadata.name, isCurrent && 'here', isOlder && 'older']
            .filter(Boolean)
            .join(' '),
        ),
      ]),
    ).toEqual([
      ['web', 'f4', 'f3', 'f2 here', 'f1 older'],
      ['other', 'x'],
    ]);
  });

  it.each<[string, StageStatus, Freight[], string | undefined]>([
    ['the newest to a Stage that runs nothing', {}, all, 'f4'],
    ['the newest to a Stage that is behind', holding(f1), all, 'f4'],
    ['nothing to a Stage that runs the newest', holding(f4), all, undefined],
    [
      'the newest to a Stage whose Freight was cleaned up',
      holding(aFreight('gone')),
      all,
      'f4',
    ],
  ])('suggests %s', (_, status, freight, expected) => {
    const groups = choiceGroups(aStage('prod', { status }), freight, NOW_MS);
    expect(suggestedChoice(groups)?.freight.metadata.name).toBe(expected);
  });

  it('suggests the newest that may enter', () => {
    const verified = { ...f2, status: { verifiedIn: { uat: {} } } };
    const groups = choiceGroups(
      aStage('prod', { sources: { stages: ['uat'] }, status: holding(f1) }),
      [f1, verified, f3, f4],
      NOW_MS,
    );
    expect(suggestedChoice(groups)?.freight.metadata.name).toBe('f2');
  });

  it('suggests nothing when nothing is available', () => {
    const stage = aStage('prod', { sources: { stages: ['uat'] } });
    expect(suggestedChoice(choiceGroups(stage, all, NOW_MS))).toBeUndefined();
  });

  it('suggests no older Freight where the newest may not enter', () => {
    const older = { ...f1, status: { verifiedIn: { uat: {} } } };
    const stage = aStage('prod', {
      sources: { stages: ['uat'] },
      status: holding(f2),
    });
    expect(
      suggestedChoice(choiceGroups(stage, [older, f2, f3], NOW_MS)),
    ).toBeUndefined();
  });

  it.each<[string, StageStatus, boolean]>([
    ['of one that does', holding(f4, other), true],
    ['not of one that lacks an origin', holding(f4), false],
    ['not of one that is behind', holding(f3, other), false],
  ])('says that a Stage runs the newest: %s', (_, status, expected) => {
    const stage = aStage('prod', { warehouses: ['web', 'other'], status });
    expect(runsNewest(choiceGroups(stage, [...all, other], NOW_MS))).toBe(
      expected,
    );
  });
});

describe('what a promotion leaves alone, and what it goes past', () => {
  it('keeps what comes from another Warehouse', () => {
    const other = aFreight('x', { warehouse: 'other', version: '7.0.0' });
    const stage = aStage('prod', {
      warehouses: ['web', 'other'],
      status: holding(f1, other),
    });
    const { stays, changes } = promotionPlan(
      stage,
      f4,
      [...all, other],
      NOW_MS,
    );
    expect(changes).toHaveLength(1);
    expect(stays).toMatchObject([
      {
        origin: 'other',
        changes: [{ change: 'unchanged', to: { version: '7.0.0' } }],
      },
    ]);
  });

  it.each<[string, Freight['status'], string[] | undefined]>([
    [
      'Freight that is approved and unverified',
      { approvedFor: { prod: {} } },
      ['uat'],
    ],
    [
      'nothing when it is verified as well',
      { approvedFor: { prod: {} }, verifiedIn: { uat: {} } },
      undefined,
    ],
    ['nothing without an approval', { verifiedIn: { uat: {} } }, undefined],
  ])('goes past the Stage before with %s', (_, status, expected) => {
    const stage = aStage('prod', { sources: { stages: ['uat'] } });
    expect(
      promotionPlan(stage, { ...f4, status }, all, NOW_MS).bypasses,
    ).toEqual(expected);
  });
});
