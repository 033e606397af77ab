import { PromotionPolicy } from 'backstage-plugin-kargo-common';
import { aStage } from '../../../dev/testing/builders';
import { PolicyRow, policyRows } from './policyRows';

const labelled = (name: string, labels: Record<string, string>) => {
  const stage = aStage(name);
  return { ...stage, metadata: { ...stage.metadata, labels } };
};
const stages = [
  labelled('test', { tier: 'low' }),
  labelled('eu', { tier: 'prod', region: 'eu' }),
  labelled('us', { tier: 'prod', region: 'us', legacy: 'yes' }),
];

it.each<
  [string, Omit<PromotionPolicy, 'autoPromotionEnabled'>, Partial<PolicyRow>]
>([
  [
    'one Stage',
    { stage: 'test' },
    { selection: { names: ['test'], labels: [] }, matches: ['test'] },
  ],
  [
    'several Stages, some of which are gone',
    { stages: ['test', 'gone'] },
    { selection: { names: ['test', 'gone'], labels: [] }, matches: ['test'] },
  ],
  [
    'a name and labels',
    { stageSelector: { name: 'eu', matchLabels: { tier: 'low' } } },
    { selection: { names: ['eu'], labels: ['tier=low'] }, matches: [] },
  ],
  [
    'labels',
    {
      stageSelector: {
        matchLabels: { tier: 'prod' },
        matchExpressions: [
          { key: 'region', operator: 'In', values: ['eu', 'us'] },
          { key: 'region', operator: 'NotIn', values: ['cn'] },
          { key: 'tier', operator: 'Exists' },
          { key: 'legacy', operator: 'DoesNotExist' },
        ],
      },
    },
    {
      selection: {
        labels: [
          'tier=prod',
          'region in (eu, us)',
          'region notin (cn)',
          'tier',
          '!legacy',
        ],
      },
      matches: ['eu'],
    },
  ],
  [
    'everything',
    { stageSelector: {} },
    { selection: { labels: [] }, matches: ['test', 'eu', 'us'] },
  ],
  [
    'a pattern, of which the engine knows what it matches',
    { stageSelector: { name: 'glob:*', matchLabels: { tier: 'prod' } } },
    { selection: { pattern: 'glob:*', labels: ['tier=prod'] } },
  ],
])('a policy selects %s', (_, policy, expected) => {
  expect(
    policyRows([{ ...policy, autoPromotionEnabled: true }], stages),
  ).toEqual([{ isEnabled: true, ...expected }]);
});
