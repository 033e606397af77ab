import { ProjectConfig, PromotionPolicy } from 'backstage-plugin-kargo-common';
import { aStage, metadataOf } from '../../testing/resourceBuilders';
import { isAutoPromotionEnabled } from './promotionPolicy';

const on = true;
const off = false;
const config = (promotionPolicies: PromotionPolicy[]): ProjectConfig => ({
  apiVersion: 'kargo.akuity.io/v1alpha1',
  kind: 'ProjectConfig',
  metadata: metadataOf('demo'),
  spec: { promotionPolicies },
});
const named = (name: string, autoPromotionEnabled = on): PromotionPolicy => ({
  stageSelector: { name },
  autoPromotionEnabled,
});

describe('isAutoPromotionEnabled', () => {
  it.each<[string, PromotionPolicy[], string, boolean]>([
    ['no policy', [], 'test', off],
    ['an exact name', [named('test')], 'test', on],
    ['another name', [named('test')], 'test2', off],
    [
      'the deprecated field',
      [{ stage: 'test', autoPromotionEnabled: on }],
      'test',
      on,
    ],
    [
      'a list of names',
      [{ stages: ['qa', 'test'], autoPromotionEnabled: on }],
      'test',
      on,
    ],
    [
      'a list without it',
      [{ stages: ['qa', 'prod'], autoPromotionEnabled: on }],
      'test',
      off,
    ],
    ['a regular expression finds a part', [named('regex:es')], 'test', on],
    ['an anchored one does not', [named('regexp:^es')], 'test', off],
    ['a glob takes the whole name', [named('glob:test-*')], 'test-eu', on],
    ['and not a part of it', [named('glob:es')], 'test', off],
    [
      'an empty selector takes every Stage',
      [{ stageSelector: {}, autoPromotionEnabled: on }],
      'any',
      on,
    ],
    [
      'labels',
      [
        {
          stageSelector: { matchLabels: { tier: 'lab' } },
          autoPromotionEnabled: on,
        },
      ],
      'test',
      on,
    ],
    [
      'labels that it lacks',
      [
        {
          stageSelector: { name: 'test', matchLabels: { tier: 'prod' } },
          autoPromotionEnabled: on,
        },
      ],
      'test',
      off,
    ],
    [
      'the first match decides for',
      [named('regex:.'), named('test', off)],
      'test',
      on,
    ],
    [
      'the first match decides against',
      [named('test', off), named('regex:.')],
      'test',
      off,
    ],
    ['a policy that says no', [named('test', off)], 'test', off],
  ])('%s', (_, policies, name, expected) => {
    const stage = aStage({ metadata: { name, labels: { tier: 'lab' } } });
    expect(isAutoPromotionEnabled(config(policies), stage)).toBe(expected);
  });

  it('is off without a configuration', () => {
    expect(isAutoPromotionEnabled(undefined, aStage())).toBe(off);
  });
});
