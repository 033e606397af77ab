import {
  bringIntoView,
  bringNodeIntoView,
  frameHeight,
  initialViewport,
  keepInPlace,
  layoutGraph,
  NODE_SIZES,
  openingViewport,
  smallestZoom,
  viewportOn,
} from './layoutGraph';

const { stage } = NODE_SIZES;

function chain(length: number) {
  const ids = Array.from({ length }, (_, index) => `stage/s${index}`);
  return {
    nodes: ids.map(id => ({ id, kind: 'stage' as const })),
    edges: ids.slice(1).map((target, index) => ({
      id: `e${index}`,
      source: ids[index],
      target,
    })),
  };
}

describe('layoutGraph', () => {
  it('puts what comes later further to the right', () => {
    const { positions } = layoutGraph(chain(4));
    const columns = Object.values(positions).map(({ x }) => x);
    expect([...columns].sort((a, b) => a - b)).toEqual(columns);
    expect(new Set(columns).size).toBe(4);
  });

  it('starts at the upper left corner and tells its size', () => {
    const { positions, width, height } = layoutGraph(chain(2));
    expect(positions['stage/s0']).toEqual({ x: 0, y: 0 });
    expect(width).toBe(positions['stage/s1'].x + 236);
    expect(height).toBe(stage.height);
  });

  it('lets no two nodes overlap in a wide pipeline', () => {
    const nodes = ['a', 'b', 'c', 'd', 'e'].map(id => ({
      id,
      kind: 'stage' as const,
    }));
    const edges = nodes
      .slice(1)
      .map(({ id }) => ({ id, source: 'a', target: id }));
    const boxes = Object.values(layoutGraph({ nodes, edges }).positions);
    for (const one of boxes) {
      for (const other of boxes.filter(box => box !== one)) {
        const apart =
          Math.abs(one.x - other.x) >= 236 ||
          Math.abs(one.y - other.y) >= stage.height;
        expect(apart).toBe(true);
      }
    }
  });

  it('places parallel edges and circles', () => {
    const topology = chain(2);
    const layout = layoutGraph({
      ...topology,
      edges: [
        ...topology.edges,
        { id: 'again', source: 'stage/s0', target: 'stage/s1' },
        { id: 'back', source: 'stage/s1', target: 'stage/s0' },
      ],
    });
    expect(Object.keys(layout.positions)).toHaveLength(2);
  });

  it('draws parts of one shape alike, whatever their names', () => {
    const one = chain(3);
    const rename = (id: string) => id.replace('s', 'other-s');
    const { positions } = layoutGraph({
      nodes: [
        ...one.nodes,
        ...one.nodes.map(node => ({ ...node, id: rename(node.id) })),
      ],
      edges: [
        ...one.edges,
        ...one.edges.map(edge => ({
          id: rename(edge.id),
          source: rename(edge.source),
          target: rename(edge.target),
        })),
      ],
    });
    const [first] = one.nodes;
    const down = positions[rename(first.id)].y - positions[first.id].y;
    expect(down).toBeGreaterThanOrEqual(stage.height);
    for (const { id } of one.nodes) {
      const { x, y } = positions[id];
      expect(positions[rename(id)]).toEqual({ x, y: y + down });
    }
  });

  it('stacks what is not connected', () => {
    const one = chain(2);
    const nodes = ['stage/x', 'stage/y'].map(id => ({
      id,
      kind: 'stage' as const,
    }));
    const { positions, height } = layoutGraph({
      nodes: [...one.nodes, ...nodes],
      edges: [...one.edges, { id: 'e', source: 'stage/x', target: 'stage/y' }],
    });
    expect(positions['stage/x']).toEqual({
      x: 0,
      y: stage.height + 28,
    });
    expect(positions['stage/y'].x).toBe(positions['stage/s1'].x);
    expect(height).toBe(2 * stage.height + 28);
  });

  it.each([
    ['a', 'b', 'c'],
    ['c', 'b', 'a'],
    ['b', 'c', 'a', 'd'],
  ])('lets siblings stand in the order of the list: %s %s %s', (...names) => {
    const nodes = ['root', ...names].map(id => ({
      id,
      kind: 'stage' as const,
    }));
    const edges = names.map(id => ({ id, source: 'root', target: id }));
    const { positions } = layoutGraph({ nodes, edges });
    const heights = names.map(id => positions[id].y);
    expect([...heights].sort((a, b) => a - b)).toEqual(heights);
  });

  it('is empty for nothing', () => {
    expect(layoutGraph({ nodes: [], edges: [] })).toEqual({
      positions: {},
      width: 0,
      height: 0,
    });
  });
});

describe('openingViewport', () => {
  const fan = (size: number) => ({
    nodes: [
      { id: 'warehouse/w', kind: 'warehouse' as const },
      ...chain(size).nodes,
    ],
    edges: chain(size).nodes.map(({ id }) => ({
      id: `to ${id}`,
      source: 'warehouse/w',
      target: id,
    })),
  });

  it.each([
    ['a telephone', { width: 360, height: 500 }],
    ['a desk', { width: 1200, height: 620 }],
  ])('shows where a high graph begins, on %s', (_, frame) => {
    const layout = layoutGraph(fan(20));
    const { y, zoom } = openingViewport(layout, frame);
    const top = y + layout.positions['warehouse/w'].y * zoom;
    expect(top).toBeGreaterThan(0);
    expect(top + NODE_SIZES.warehouse.height * zoom).toBeLessThan(frame.height);
  });

  it('shows all that fits as ever', () => {
    const layout = layoutGraph(fan(2));
    const frame = { width: 1200, height: 620 };
    expect(openingViewport(layout, frame)).toEqual(
      initialViewport(layout, frame),
    );
  });
});

describe('initialViewport', () => {
  it.each([
    ['centres what fits', 400, 200, { x: 300, y: 180, zoom: 1 }],
    ['shrinks what almost fits', 1190, 200, { x: 24, y: 200, zoom: 0.8 }],
    [
      'starts at the beginning of what is too large',
      5000,
      3000,
      { x: 24, y: 24, zoom: 0.75 },
    ],
    [
      'lets no height that does not fit make it narrower',
      1190,
      3000,
      { x: 24, y: 24, zoom: 0.8 },
    ],
  ])('%s', (_, width, height, expected) => {
    const viewport = initialViewport(
      { width, height },
      { width: 1000, height: 600 },
    );
    expect(viewport.zoom).toBeCloseTo(expected.zoom, 5);
    expect(viewport.x).toBeCloseTo(expected.x, 5);
    expect(viewport.y).toBeCloseTo(expected.y, 5);
  });
});

describe('viewportOn', () => {
  const layout = layoutGraph(chain(20));
  const frame = { width: 1000, height: 600 };

  it('shows what a search found in the middle of the frame', () => {
    const { x, y } = layout.positions['stage/s15'];
    expect(viewportOn(layout, new Set(['stage/s15']), frame)).toEqual({
      x: (1000 - 236) / 2 - x,
      y: (560 - stage.height) / 2 - y,
      zoom: 1,
    });
  });

  it('stays where it is when nothing was found', () => {
    expect(viewportOn(layout, new Set(['stage/gone']), frame)).toBeUndefined();
    expect(viewportOn(layout, undefined, frame)).toBeUndefined();
  });
});

describe('keepInPlace', () => {
  it('moves the view by as much as the node moved, at its zoom', () => {
    const before = layoutGraph(chain(3));
    const shifted = {
      ...before,
      positions: { 'stage/s1': { x: 0, y: 40 } },
    };
    const { x } = before.positions['stage/s1'];
    expect(
      keepInPlace({ x: 10, y: 20, zoom: 0.5 }, 'stage/s1', before, shifted),
    ).toEqual({ x: 10 + x / 2, y: 0, zoom: 0.5 });
  });
});

describe('bringIntoView', () => {
  const row = layoutGraph(chain(6));
  const column = row.positions['stage/s1'].x;
  const frame = { width: 2 * column + stage.width + 48 };

  it.each<[string, number, string[], number]>([
    ['stays where all is seen', 24, ['stage/s0', 'stage/s2'], 24],
    ['goes back to what opened before', 24 - column, ['stage/s0'], 24],
    ['goes on to what opened behind', 24, ['stage/s3'], 24 - column],
    [
      'begins with the first where not all fit',
      24,
      ['stage/s1', 'stage/s5'],
      24 - column,
    ],
    ['stays where nothing opened', -7, [], -7],
  ])('%s', (_, x, ids, expected) => {
    const view = { x, y: 5, zoom: 1 };
    expect(bringIntoView(view, row, ids, frame)).toEqual({
      x: expected,
      y: 5,
      zoom: 1,
    });
  });
});

describe('smallestZoom', () => {
  it.each([
    ['shows a small graph no smaller than needed', 400, 400, 0.15],
    ['shows all of a large one', 2000, 20_000, 0.024],
  ])('%s', (_, width, height, expected) => {
    expect(
      smallestZoom({ width, height }, { width: 1000, height: 600 }),
    ).toBeCloseTo(expected, 5);
  });
});

describe('frameHeight', () => {
  it.each([
    ['is never too low', 400, 50, 220],
    ['follows the graph', 400, 400, 488],
    ['is never too high', 400, 4000, 620],
  ])('%s', (_, width, height, expected) => {
    expect(frameHeight({ width, height }, 1000)).toBe(expected);
  });
});

describe('bringNodeIntoView', () => {
  const frame = { width: 700, height: 500 };
  const laid = layoutGraph(chain(8));
  const show = (id: string, from = { x: 24, y: 24, zoom: 1 }) =>
    bringNodeIntoView(from, laid, { id, kind: 'stage' }, frame);

  it('leaves a view in which the whole node is', () => {
    expect(show('stage/s0')).toEqual({ x: 24, y: 24, zoom: 1 });
  });

  it('moves as little as needed, to either side', () => {
    const end = show('stage/s7');
    expect(end.x + laid.positions['stage/s7'].x + stage.width).toBe(
      frame.width - 24,
    );
    const back = show('stage/s0', end);
    expect(back).toEqual({ x: 24, y: 24, zoom: 1 });
  });

  it('moves up and down, too, and keeps clear of the zoom buttons', () => {
    const { y } = show('stage/s0', { x: 24, y: 450, zoom: 1 });
    expect(y + stage.height).toBe(frame.height - 40 - 24);
  });
});
