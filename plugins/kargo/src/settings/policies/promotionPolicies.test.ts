import { PromotionPolicy } from 'backstage-plugin-kargo-common';
import { configManifest } from '../writeConfig';
import { withAutoPromotion } from './promotionPolicies';

const on = { autoPromotionEnabled: true };
const off = { autoPromotionEnabled: false };
const selected = (name: string, policy = on): PromotionPolicy => ({
  stageSelector: { name },
  ...policy,
});

describe('switching automatic promotion of a Stage', () => {
  it.each<[string, PromotionPolicy[], boolean, PromotionPolicy[]]>([
    ['where there is no policy', [], true, [selected('test')]],
    [
      'takes the place of its own policy',
      [selected('uat'), selected('test')],
      false,
      [selected('test', off), selected('uat')],
    ],
    [
      'goes before a pattern that may match it',
      [selected('glob:*')],
      false,
      [selected('test', off), selected('glob:*')],
    ],
    [
      'takes it out of a list, and leaves the others in',
      [{ stages: ['test', 'uat'], ...on }],
      false,
      [selected('test', off), { stages: ['uat'], ...on }],
    ],
    [
      'leaves no empty list behind',
      [{ stages: ['test'], ...on }],
      true,
      [selected('test')],
    ],
    [
      'understands the older form, and keeps how it rolls back',
      [{ stage: 'test', ...on, autoRollback: { onPromotion: ['Failed'] } }],
      false,
      [
        {
          ...selected('test', off),
          autoRollback: { onPromotion: ['Failed'] },
        },
      ],
    ],
    [
      'replaces one that also asks for labels, which no second may name',
      [{ stageSelector: { name: 'test', matchLabels: { a: 'b' } }, ...on }],
      true,
      [selected('test')],
    ],
  ])('%s', (_, before, isEnabled, after) => {
    expect(withAutoPromotion(before, 'test', isEnabled)).toEqual(after);
  });

  it('keeps the rest of the configuration, and the version that was read', () => {
    const stageLinks = [{ title: 'Logs', url: 'https://x' }];
    const config = {
      apiVersion: 'kargo.akuity.io/v1alpha1',
      kind: 'ProjectConfig' as const,
      metadata: {
        name: 'shop',
        namespace: 'shop',
        uid: 'u',
        resourceVersion: '7',
        generation: 2,
        creationTimestamp: '2026-03-01T12:00:00Z',
        annotations: { a: 'b' },
      },
      spec: { stageLinks, promotionPolicies: [selected('uat')] },
      status: { observedGeneration: 2 },
    };
    expect(configManifest('shop', config, { promotionPolicies: [] })).toEqual({
      apiVersion: 'kargo.akuity.io/v1alpha1',
      kind: 'ProjectConfig',
      metadata: {
        name: 'shop',
        namespace: 'shop',
        annotations: { a: 'b' },
        resourceVersion: '7',
      },
      spec: { stageLinks, promotionPolicies: [] },
    });
  });
});
