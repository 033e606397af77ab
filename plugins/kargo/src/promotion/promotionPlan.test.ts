import { Freight, StageStatus } from 'backstage-plugin-kargo-common';
import { aFreight, aStage, holding, NOW_MS } from '../../dev/testing/builders';
import {
  freightChoices,
  promotionPlan,
  PromotionPlan,
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

describe('freightChoices', () => {
  const other = aFreight('x', { warehouse: 'other' });

  it('offers Freight of the requested origins, newest first', () => {
    const choices = freightChoices(
      aStage('prod', { status: holding(f2) }),
      [...all, other],
      NOW_MS,
    );
    expect(choices.map(c => c.freight.metadata.name)).toEqual([
      'f4',
      'f3',
      'f2',
      'f1',
    ]);
    expect(choices.filter(c => c.isCurrent)).toHaveLength(1);
  });

  it('suggests the newest that is available and not there yet', () => {
    const verified = { ...f2, status: { verifiedIn: { uat: {} } } };
    const choices = freightChoices(
      aStage('prod', { sources: { stages: ['uat'] }, status: holding(f1) }),
      [f1, verified, f3, f4],
      NOW_MS,
    );
    expect(suggestedChoice(choices)?.freight.metadata.name).toBe('f2');
  });

  it('suggests nothing when nothing is available', () => {
    expect(
      suggestedChoice(
        freightChoices(
          aStage('prod', { sources: { stages: ['uat'] } }),
          all,
          NOW_MS,
        ),
      ),
    ).toBeUndefined();
  });
});
