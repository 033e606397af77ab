import { Stage } from '../model/Stage';
import { Warehouse } from '../model/Warehouse';
import {
  buildStageGraph,
  downstreamStages,
  findCycles,
  orderStages,
  upstreamStages,
} from './stageGraph';

function aWarehouse(name: string): Warehouse {
  return {
    apiVersion: 'kargo.akuity.io/v1alpha1',
    kind: 'Warehouse',
    metadata: {
      name,
      namespace: 'shop',
      uid: name,
      resourceVersion: '1',
      generation: 1,
      creationTimestamp: '2026-03-01T00:00:00Z',
    },
    spec: {
      interval: '5m0s',
      freightCreationPolicy: 'Automatic',
      subscriptions: [],
    },
  };
}

/** `web:direct,test,uat` requests Freight of `web` from the Warehouse and two Stages. */
function aStage(name: string, ...requests: string[]): Stage {
  return {
    ...aWarehouse(name),
    kind: 'Stage',
    spec: {
      requestedFreight: requests.map(request => {
        const [origin, sources] = request.split(':');
        const stages = sources.split(',').filter(part => part !== 'direct');
        return {
          origin: { kind: 'Warehouse' as const, name: origin },
          sources: {
            direct: sources.split(',').includes('direct'),
            ...(stages.length > 0 && { stages }),
          },
        };
      }),
    },
  };
}

const fanOut = buildStageGraph({
  warehouses: [aWarehouse('web')],
  stages: [
    aStage('prod', 'web:gate'),
    aStage('gate', 'web:qa,uat'),
    aStage('uat', 'web:test'),
    aStage('qa', 'web:test'),
    aStage('test', 'web:direct'),
  ],
});

describe('buildStageGraph', () => {
  it('draws an edge for every way in, with the origin it carries', () => {
    const graph = buildStageGraph({
      warehouses: [aWarehouse('web'), aWarehouse('config')],
      stages: [
        aStage('test', 'web:direct', 'config:direct'),
        aStage('prod', 'web:test', 'config:direct,test'),
      ],
    });
    expect(
      graph.edges.map(
        edge => `${edge.from.kind}/${edge.from.name} ${edge.origin} ${edge.to}`,
      ),
    ).toEqual([
      'Warehouse/web Warehouse/web test',
      'Warehouse/config Warehouse/config test',
      'Stage/test Warehouse/web prod',
      'Warehouse/config Warehouse/config prod',
      'Stage/test Warehouse/config prod',
    ]);
    expect(graph.missing).toEqual([]);
  });

  it('keeps what is only referred to, and names it as missing', () => {
    const graph = buildStageGraph({
      warehouses: [],
      stages: [aStage('prod', 'web:direct,uat')],
    });
    expect(graph).toMatchObject({
      warehouses: ['web'],
      stages: ['prod', 'uat'],
      missing: ['Stage/uat', 'Warehouse/web'],
    });
  });
});

describe('neighbours', () => {
  it('lists the Stages before and after a Stage', () => {
    expect(upstreamStages(fanOut, 'gate')).toEqual(['qa', 'uat']);
    expect(downstreamStages(fanOut, 'test')).toEqual(['uat', 'qa']);
    expect(downstreamStages(fanOut, 'prod')).toEqual([]);
  });

  it('can be limited to one origin', () => {
    const graph = buildStageGraph({
      warehouses: [aWarehouse('web'), aWarehouse('config')],
      stages: [aStage('prod', 'web:test', 'config:uat')],
    });
    expect(upstreamStages(graph, 'prod', 'Warehouse/web')).toEqual(['test']);
    expect(downstreamStages(graph, 'uat', 'Warehouse/web')).toEqual([]);
  });
});

describe('orderStages', () => {
  it('puts every Stage after its upstreams', () => {
    expect(orderStages(fanOut)).toEqual(['test', 'qa', 'uat', 'gate', 'prod']);
  });

  it('puts members of a cycle last, and what follows them', () => {
    const graph = buildStageGraph({
      warehouses: [],
      stages: [
        aStage('b', 'web:a'),
        aStage('a', 'web:b'),
        aStage('behind', 'web:b'),
        aStage('z', 'web:direct'),
      ],
    });
    expect(orderStages(graph)).toEqual(['z', 'a', 'b', 'behind']);
  });
});

describe('findCycles', () => {
  it.each<[string, Stage[], string[][]]>([
    ['none in a line', [aStage('a', 'w:direct'), aStage('b', 'w:a')], []],
    ['a Stage that lists itself', [aStage('a', 'w:a')], [['a']]],
    [
      'two circles apart from each other',
      [
        aStage('a', 'w:b'),
        aStage('b', 'w:a'),
        aStage('c', 'w:d'),
        aStage('d', 'w:c'),
        aStage('e', 'w:d'),
      ],
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    [
      'two circles, and not the Stage between them',
      [
        aStage('a', 'w:b'),
        aStage('b', 'w:a'),
        aStage('between', 'w:a'),
        aStage('c', 'w:d,between'),
        aStage('d', 'w:c'),
      ],
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    [
      'Stages of two circles that share one as one group',
      [aStage('a', 'w:b,c'), aStage('b', 'w:a'), aStage('c', 'w:a')],
      [['a', 'b', 'c']],
    ],
  ])('finds %s', (_, stages, cycles) => {
    expect(findCycles(buildStageGraph({ warehouses: [], stages }))).toEqual(
      cycles,
    );
  });
});
