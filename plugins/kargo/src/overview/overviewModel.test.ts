import { Stage } from 'backstage-plugin-kargo-common';
import {
  aFreight,
  aStage,
  aWarehouse,
  holding,
  NOW_MS,
} from '../../dev/testing/builders';
import { overviewRows } from './overviewModel';

const freight = [1, 2, 3, 4].map(n =>
  aFreight(`f${n}`, { minutesOld: 100 - n }),
);
const [f1, f2, , f4] = freight;

const newer = aFreight('c2', { warehouse: 'content', minutesOld: 1 });
const older = aFreight('c1', { warehouse: 'content', minutesOld: 9 });
const all = [...freight, newer, older];

function drifts(stages: Stage[]): string[] {
  return overviewRows({
    stages,
    warehouses: [aWarehouse('web'), aWarehouse('content')],
    freight: all,
    nowMs: NOW_MS,
  }).map(({ view, drift }) =>
    [
      view.name,
      drift?.kind,
      drift?.kind === 'behind' ? drift.count : undefined,
      drift?.upstream,
    ]
      .filter(part => part !== undefined)
      .join(' '),
  );
}

describe('overviewRows', () => {
  it.each<[string, Stage[], string[]]>([
    [
      'compares the first Stage with its Warehouse',
      [aStage('test', { status: holding(f2) })],
      ['test behind 2 web'],
    ],
    [
      'tells the origin of which a Stage is furthest behind',
      [
        aStage('test', {
          warehouses: ['web', 'content'],
          status: holding(f4, older),
        }),
      ],
      ['test behind 1 content'],
    ],
    [
      'compares later Stages with the one before',
      [
        aStage('prod', { sources: { stages: ['test'] }, status: holding(f1) }),
        aStage('test', { status: holding(f4) }),
      ],
      ['test same web', 'prod behind 3 test'],
    ],
    [
      'looks through Stages without steps',
      [
        aStage('prod', { sources: { stages: ['gate'] }, status: holding(f2) }),
        aStage('gate', { sources: { stages: ['test'] }, steps: [] }),
        aStage('test', { status: holding(f2) }),
      ],
      ['test behind 2 web', 'prod same test'],
    ],
    [
      'notices a Stage that is ahead after an approval',
      [
        aStage('prod', { sources: { stages: ['test'] }, status: holding(f4) }),
        aStage('test', { status: holding(f2) }),
      ],
      ['test behind 2 web', 'prod ahead test'],
    ],
    [
      'compares with the newest of several upstreams',
      [
        aStage('prod', {
          sources: { stages: ['a', 'b'] },
          status: holding(f1),
        }),
        aStage('a', { status: holding(f2) }),
        aStage('b', { status: holding(f4) }),
      ],
      ['a behind 2 web', 'b same web', 'prod behind 3 b'],
    ],
    [
      'has nothing to say when the step before is empty',
      [aStage('prod', { sources: { stages: ['test'] } }), aStage('test', {})],
      ['test behind 4 web', 'prod'],
    ],
  ])('%s', (_, stages, expected) => {
    expect(drifts(stages)).toEqual(expected);
  });
});
