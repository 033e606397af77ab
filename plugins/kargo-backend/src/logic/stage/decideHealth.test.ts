import { Health, StageStatus } from 'backstage-plugin-kargo-common';
import { foldHealth, healthCondition, planHealth } from './decideHealth';

describe('planHealth', () => {
  it.each<[string, StageStatus, string, string | undefined]>([
    [
      'while something is promoted',
      {
        currentPromotion: { name: 'p' },
        lastPromotion: { name: 'o', status: { phase: 'Succeeded' } },
      },
      'Unknown/ActivePromotion',
      'Unknown',
    ],
    ['before anything was promoted', {}, 'Unknown/NoFreight', undefined],
    [
      'after a Promotion that failed',
      { lastPromotion: { name: 'p', status: { phase: 'Failed' } } },
      'Unknown/LastPromotionFailed',
      'Unknown',
    ],
    [
      'after a Promotion that was aborted',
      { lastPromotion: { name: 'p', status: { phase: 'Aborted' } } },
      'Unknown/LastPromotionAborted',
      'Unknown',
    ],
  ])('%s it is not checked', (_, status, condition, health) => {
    const [state, reason] = condition.split('/');
    expect(planHealth(status)).toMatchObject({
      kind: 'known',
      health: health && { status: health },
      condition: { type: 'Healthy', status: state, reason },
    });
  });

  it('is known after a Promotion that recorded no checks', () => {
    expect(
      planHealth({
        lastPromotion: { name: 'p', status: { phase: 'Succeeded' } },
      }),
    ).toMatchObject({ kind: 'known', health: { status: 'Healthy' } });
  });

  it('is checked after a Promotion that succeeded and recorded checks', () => {
    const status: StageStatus = {
      lastPromotion: {
        name: 'p',
        status: {
          phase: 'Succeeded',
          healthChecks: [{ uses: 'x', config: {} }],
        },
      },
    };
    expect(planHealth(status)).toEqual({ kind: 'check' });
  });
});

describe('foldHealth', () => {
  it.each<[string, Health[], Health]>([
    ['no checks are good news', [], { status: 'Healthy' }],
    [
      'the worst wins and all issues are told',
      [
        { status: 'Progressing', issues: ['a'], output: { x: 1 } },
        { status: 'Unhealthy', issues: ['b'] },
        { status: 'Healthy', output: { y: 2 } },
      ],
      {
        status: 'Unhealthy',
        issues: ['a', 'b'],
        output: [{ x: 1 }, { y: 2 }],
      },
    ],
    [
      'not knowing is worse than waiting',
      [{ status: 'Progressing' }, { status: 'Unknown' }],
      { status: 'Unknown' },
    ],
    [
      'not applicable is worse than healthy',
      [{ status: 'NotApplicable' }, { status: 'Healthy' }],
      { status: 'NotApplicable' },
    ],
  ])('%s', (_, checks, folded) => {
    expect(foldHealth(checks)).toEqual(folded);
  });
});

describe('healthCondition', () => {
  it.each<[Health, string]>([
    [{ status: 'Healthy' }, 'True/Healthy Stage is healthy'],
    [{ status: 'Unhealthy', issues: ['a', 'b'] }, 'False/Unhealthy a; b'],
    [{ status: 'Progressing' }, 'Unknown/Progressing Health is Progressing'],
    [{ status: 'Unknown', issues: ['lost'] }, 'Unknown/Unknown lost'],
  ])('%j', (health, text) => {
    const { status, reason, message } = healthCondition(health);
    expect(`${status}/${reason} ${message}`).toBe(text);
  });
});
