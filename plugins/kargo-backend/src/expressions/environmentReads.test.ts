import { parse } from 'backstage-plugin-kargo-expr';
import { environmentReads } from './environmentReads';

describe('environmentReads', () => {
  it.each<[source: string, reads: Array<Array<string | undefined>>]>([
    ['outputs.a.b', [['a', 'b']]],
    ['outputs?.a["b"]', [['a', 'b']]],
    ['(outputs?.a).b', [['a', 'b']]],
    ['outputs[vars.x].b', [[undefined, 'b']]],
    ['outputs[outputs.a]', [['a'], [undefined]]],
    ['outputs', [[]]],
    ['{"k": [outputs.a, 1]}', [['a']]],
    ['map([1], outputs.a + #)', [['a']]],
    ['upper(outputs.a)', [['a']]],
    ['outputs.a.split(",")', [['a', 'split']]],
    ['outputs.a[1:2]', [['a']]],
    ['vars.outputs.a', []],
    ['"outputs.a"', []],
    ['let outputs = vars; outputs.a', []],
    ['let outputs = outputs.a; outputs.b', [['a']]],
    ['let x = outputs.a; x.b', [['a']]],
    ['[(let outputs = 1; outputs), outputs.a]', [['a']]],
    ['map([1], (let outputs = #; outputs.a))', []],
  ])('%s', (source, reads) => {
    const { root } = parse(source);
    expect([...environmentReads(root, 'outputs')].map(r => r.path)).toEqual(
      reads,
    );
  });
});
