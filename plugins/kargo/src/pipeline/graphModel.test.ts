import {
  aFreight,
  aStage,
  aWarehouse,
  holding,
  NOW_MS,
} from '../../dev/testing/builders';
import {
  buildGraphModel,
  keepUnchangedNodes,
  onlyOrigins,
  StageNodeModel,
  topologyKey,
} from './graphModel';

const freight = [aFreight('f1', { alias: 'brisk-otter' })];
const base = {
  nowMs: NOW_MS,
  warehouses: [aWarehouse('web'), aWarehouse('config')],
  stages: [
    aStage('prod', { sources: { stages: ['test'] } }),
    aStage('test', {
      warehouses: ['web', 'config'],
      status: holding(freight[0]),
    }),
  ],
  freight,
};

function stageNode(model: ReturnType<typeof buildGraphModel>, name: string) {
  return model.nodes.find(
    (node): node is StageNodeModel =>
      node.kind === 'stage' && node.name === name,
  )!;
}

describe('buildGraphModel', () => {
  it('lists Warehouses, then Stages in the order of Freight', () => {
    expect(buildGraphModel(base).nodes.map(node => node.id)).toEqual([
      'warehouse/config',
      'warehouse/web',
      'stage/test',
      'stage/prod',
    ]);
  });

  it('draws one edge per origin, each with the position of its origin', () => {
    const { edges, origins } = buildGraphModel(base);
    expect(origins).toEqual(['config', 'web']);
    expect(edges.map(e => `${e.source} ${e.originIndex} ${e.target}`)).toEqual([
      'stage/test 1 stage/prod',
      'warehouse/web 1 stage/test',
      'warehouse/config 0 stage/test',
    ]);
  });

  it('gives every node a port for each origin that an edge of it carries', () => {
    const model = buildGraphModel({
      ...base,
      stages: [aStage('prod', { sources: { stages: ['lost'] } })],
    });
    for (const edge of model.edges) {
      for (const id of [edge.source, edge.target]) {
        expect(model.nodes.find(n => n.id === id)?.originIndexes).toContain(
          edge.originIndex,
        );
      }
    }
    expect(stageNode(model, 'lost').view).toBeUndefined();
  });

  it('shows what a Stage holds by alias', () => {
    const { view } = stageNode(buildGraphModel(base), 'test');
    expect(view?.holds.map(held => held.label)).toEqual(['brisk-otter']);
    expect(view?.state).toBe('ready');
  });

  it('says why the viewer may not promote', () => {
    const model = buildGraphModel({
      ...base,
      access: {
        project: { manage: { allowed: false } },
        stages: {
          test: {
            promote: { allowed: true },
            approve: { allowed: true },
          },
          prod: {
            promote: { allowed: false, reason: 'Only release managers' },
            approve: { allowed: false },
          },
        },
      },
    });
    expect(stageNode(model, 'test').mayPromote).toBe(true);
    expect(stageNode(model, 'prod')).toMatchObject({
      mayPromote: false,
      refusal: 'Only release managers',
    });
  });

  it('refuses nothing in advance while rights are unknown', () => {
    expect(stageNode(buildGraphModel(base), 'prod').mayPromote).toBe(true);
  });

  it('tells which version is newer than what a Stage runs', () => {
    const newest = aFreight('f2', { version: '1.1.0', minutesOld: 1 });
    const model = buildGraphModel({ ...base, freight: [...freight, newest] });
    expect(stageNode(model, 'test').view?.newer).toEqual([
      { origin: 'web', version: '1.1.0', count: 1, isAvailable: true },
    ]);
  });
});

describe('onlyOrigins', () => {
  it('leaves out what Freight of a Warehouse does not pass through', () => {
    const part = onlyOrigins(buildGraphModel(base), new Set(['config']));
    expect(part.nodes.map(({ id }) => id)).toEqual([
      'warehouse/config',
      'stage/test',
    ]);
    expect(part.edges.map(({ id }) => id)).toHaveLength(1);
  });

  it('leaves out nothing without a Warehouse', () => {
    const model = buildGraphModel(base);
    expect(onlyOrigins(model, new Set())).toBe(model);
  });

  it('keeps what Freight of any of several Warehouses passes through', () => {
    const model = buildGraphModel({
      ...base,
      warehouses: [...base.warehouses, aWarehouse('spare')],
    });
    const part = onlyOrigins(model, new Set(['config', 'web']));
    expect(part.nodes.map(({ id }) => id)).toEqual(
      buildGraphModel(base).nodes.map(({ id }) => id),
    );
    expect(part.edges).toEqual(model.edges);
  });

  it('keeps nothing of a Warehouse that there is not', () => {
    const { nodes, edges } = onlyOrigins(
      buildGraphModel(base),
      new Set(['nope']),
    );
    expect([...nodes, ...edges]).toEqual([]);
  });
});

describe('topologyKey', () => {
  it('does not change with state', () => {
    const other = {
      ...base,
      stages: base.stages.map(stage => ({ ...stage, status: {} })),
    };
    expect(topologyKey(buildGraphModel(other))).toBe(
      topologyKey(buildGraphModel(base)),
    );
  });

  it('changes with an edge', () => {
    const other = { ...base, stages: [base.stages[1], aStage('prod')] };
    expect(topologyKey(buildGraphModel(other))).not.toBe(
      topologyKey(buildGraphModel(base)),
    );
  });
});

describe('keepUnchangedNodes', () => {
  it('gives a new object only to what is drawn differently', () => {
    const before = buildGraphModel(base).nodes;
    const after = buildGraphModel({
      ...base,
      stages: [base.stages[0], { ...base.stages[1], status: {} }],
    }).nodes;
    const kept = keepUnchangedNodes(before, after);
    expect(kept.filter((node, i) => node !== before[i]).map(n => n.id)).toEqual(
      ['stage/test'],
    );
  });
});
