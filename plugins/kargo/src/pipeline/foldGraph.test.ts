import {
  aFreight,
  aStage,
  aWarehouse,
  holding,
  NOW_MS,
} from '../../dev/testing/builders';
import { findFolded, foldGraph } from './foldGraph';
import { buildGraphModel, NodeModel } from './graphModel';

const after = (...stages: string[]) => ({ sources: { stages } });

/** test → uat-a, uat-b → prod → dr */
const model = buildGraphModel({
  nowMs: NOW_MS,
  warehouses: [aWarehouse('web')],
  stages: [
    aStage('test', { status: holding(aFreight('f1')) }),
    aStage('uat-a', after('test')),
    aStage('uat-b', after('test')),
    aStage('prod', after('uat-a', 'uat-b')),
    aStage('dr', {
      ...after('prod'),
      status: {
        lastPromotion: {
          name: 'dr.1',
          status: { phase: 'Failed' },
        },
      },
    }),
  ],
  freight: [aFreight('f1')],
});

function fold(stages: string[], warehouses: string[] = []) {
  return foldGraph(model, {
    stages: new Set(stages),
    warehouses: new Set(warehouses),
  });
}

function ids(nodes: NodeModel[]): string[] {
  return nodes.map(({ id }) => id);
}

function find<K extends NodeModel['kind']>(
  nodes: NodeModel[],
  kind: K,
): Array<Extract<NodeModel, { kind: K }>> {
  return nodes.filter(
    (node): node is Extract<NodeModel, { kind: K }> => node.kind === kind,
  );
}

describe('foldGraph', () => {
  it('draws everything when nothing is folded', () => {
    const { nodes, edges } = fold([]);
    expect(ids(nodes)).toEqual(ids(model.nodes));
    expect(edges).toEqual(model.edges);
  });

  it('hides all that follows a Stage behind one node, which tells how much that is', () => {
    const { nodes } = fold(['test']);
    expect(ids(nodes)).toEqual(['warehouse/web', 'stage/test', 'fold/test']);
    expect(find(nodes, 'fold')[0]).toMatchObject({
      stage: 'test',
      count: 4,
      failing: 1,
      originIndexes: [0],
    });
  });

  it('leads other Stages to the fold that hides what they feed', () => {
    const { nodes, edges } = fold(['uat-a']);
    expect(ids(nodes)).toEqual([
      'warehouse/web',
      'stage/test',
      'stage/uat-a',
      'stage/uat-b',
      'fold/uat-a',
    ]);
    expect(
      edges
        .filter(({ target }) => target === 'fold/uat-a')
        .map(({ source }) => source),
    ).toEqual(['stage/uat-a', 'stage/uat-b']);
  });

  it.each([
    ['one behind the other', ['prod', 'test'], ['fold/test']],
    ['side by side', ['uat-b', 'uat-a'], ['fold/uat-a']],
  ])('folds what is hidden only once: %s', (_, stages, expected) => {
    expect(ids(find(fold(stages).nodes, 'fold'))).toEqual(expected);
  });

  it('tells which node stands for one that is hidden', () => {
    const { hiddenBy } = fold(['prod']);
    expect([...hiddenBy]).toEqual([['stage/dr', 'fold/prod']]);
  });

  it('keeps a Stage that feeds itself in a circle', () => {
    const circle = buildGraphModel({
      nowMs: NOW_MS,
      warehouses: [],
      stages: [aStage('a', after('b')), aStage('b', after('a'))],
      freight: [],
    });
    const { nodes, edges } = foldGraph(circle, {
      stages: new Set(['a', 'b']),
      warehouses: new Set(),
    });
    expect(find(nodes, 'stage').map(({ name }) => name)).toHaveLength(1);
    expect(edges).toHaveLength(1);
  });

  it('offers to fold only where something follows', () => {
    const rest = find(fold(['prod']).nodes, 'stage').map(node => [
      node.name,
      node.rest,
    ]);
    expect(rest).toEqual([
      ['test', 'shown'],
      ['uat-a', 'shown'],
      ['uat-b', 'shown'],
      ['prod', 'folded'],
    ]);
    expect(
      find(fold([]).nodes, 'stage').find(({ name }) => name === 'dr')?.rest,
    ).toBeUndefined();
  });

  it('ignores names of what does not exist', () => {
    expect(ids(fold(['gone'], ['gone']).nodes)).toEqual(ids(model.nodes));
  });
});

describe('what a Warehouse watches', () => {
  it('is drawn before it once it is unfolded', () => {
    const { nodes, edges } = fold([], ['web']);
    expect(nodes[0]).toMatchObject({
      id: 'subscription/web/0',
      kind: 'subscription',
      warehouse: 'web',
      view: { type: 'image', source: 'registry.example.com/web' },
      originIndexes: [0],
    });
    expect(edges[0]).toMatchObject({
      source: 'subscription/web/0',
      target: 'warehouse/web',
      originIndex: 0,
    });
  });
});

describe('findFolded', () => {
  it.each([
    ['a Stage', fold(['prod']).nodes, 'stage/prod'],
    ['a Warehouse', fold([], ['web']).nodes, 'warehouse/web'],
    ['nothing', fold([]).nodes, undefined],
  ])('finds %s', (_, nodes, expected) => {
    expect(findFolded(fold([]).nodes, nodes)).toBe(expected);
  });
});
