import { Stage } from 'backstage-plugin-kargo-common';
import { aStage, someFreight } from './testing/FakeKargo';
import { approvedStanding } from './waitingStages';

const byHand = aStage('prod', { automatic: false });

describe('approvedStanding', () => {
  it.each<[string, Stage, string[]]>([
    ['where nothing promotes by itself', byHand, ['prod']],
    ['where automation is on', aStage('prod', { automatic: true }), []],
    [
      'where targets are selected, to which nothing is promoted',
      { ...byHand, spec: { ...byHand.spec, targets: {} } },
      [],
    ],
  ])('tells who waits for a person: %s', (_, stage, names) => {
    const standing = approvedStanding(
      someFreight('f2', '1.2.0', 2),
      stage,
      Date.parse('2026-03-10T12:00:00Z'),
    );
    expect(standing.map(waiting => waiting.stage.metadata.name)).toEqual(names);
  });
});
