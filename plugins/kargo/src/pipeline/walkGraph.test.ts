import { GraphModel } from './graphModel';
import { layoutGraph } from './layoutGraph';
import { directionOf, nodeBeside, WalkDirection } from './walkGraph';

/** web → test → (east, west) → prod, and apart from it api → dev. */
const model = {
  nodes: [
    { id: 'web', kind: 'warehouse' },
    { id: 'test', kind: 'stage' },
    { id: 'east', kind: 'stage' },
    { id: 'west', kind: 'stage' },
    { id: 'prod', kind: 'stage' },
    { id: 'api', kind: 'warehouse' },
    { id: 'dev', kind: 'stage' },
  ],
  edges: [
    ['web', 'test'],
    ['test', 'east'],
    ['test', 'west'],
    ['east', 'prod'],
    ['west', 'prod'],
    ['api', 'dev'],
  ].map(([source, target]) => ({
    id: `${source} ${target}`,
    source,
    target,
    originIndex: 0,
  })),
} as Pick<GraphModel, 'nodes' | 'edges'>;

const layout = layoutGraph(model);

const walk = (from: string, ...directions: WalkDirection[]) =>
  directions.reduce<string | undefined>(
    (id, direction) => id && nodeBeside(model, layout, id, direction),
    from,
  );

describe('arrow keys in the graph', () => {
  it.each<[string, WalkDirection[], string | undefined]>([
    ['web', ['right'], 'test'],
    ['test', ['left'], 'web'],
    ['web', ['left'], undefined],
    ['test', ['right'], 'east'],
    ['test', ['right', 'down'], 'west'],
    ['west', ['up'], 'east'],
    ['east', ['up'], undefined],
    ['west', ['right'], 'prod'],
    ['prod', ['left'], 'east'],
    ['prod', ['right'], undefined],
    // From one part of the project to the next below it.
    ['web', ['down'], 'api'],
    ['test', ['down'], 'dev'],
    ['dev', ['up'], 'test'],
    ['nowhere', ['right'], undefined],
  ])('lead from %s by %j to %s', (from, directions, to) => {
    expect(walk(from, ...directions)).toBe(to);
  });

  it('are four, and no others', () => {
    expect(
      ['ArrowUp', 'ArrowLeft', 'Enter', 'toString'].map(directionOf),
    ).toEqual(['up', 'left', undefined, undefined]);
  });
});
