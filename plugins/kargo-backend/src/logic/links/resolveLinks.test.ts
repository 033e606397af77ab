import { DeepLink } from 'backstage-plugin-kargo-common';
import { resolveLinks } from './resolveLinks';

const URL = 'https://a.example';

function links(count: number, condition: string): DeepLink[] {
  return Array.from({ length: count }, (_, i) => ({
    title: `l${i}`,
    url: URL,
    if: condition,
  }));
}

/** What the links come to, and how often others could go on. */
function resolve(declared: DeepLink[]) {
  const list = Array.from({ length: 20_000 }, (_, i) => i);
  const resolving = resolveLinks(declared, { stage: { list } });
  for (let stops = 0; ; stops += 1) {
    const step = resolving.next();
    if (step.done) {
      return { ...step.value, stops };
    }
  }
}

describe('links of an object', () => {
  it('let others go on before each', () => {
    const resolved = resolve(links(30, 'all(stage.list[:9000], # >= 0)'));
    expect(resolved.links).toHaveLength(30);
    expect(resolved.stops).toBe(30);
  });

  it('may take so many steps each, and so many together', () => {
    const one = resolve(links(1, 'any(stage.list, # < 0 and # < 1 and # < 2)'));
    expect(one.errors).toEqual([
      expect.stringContaining('too many steps; it may take 100000'),
    ]);
    const all = resolve(links(100, 'all(stage.list, # >= 0)'));
    expect(all.links.length).toBeGreaterThan(15);
    expect(all.errors?.at(-1)).toContain(
      'link "l99": error evaluating condition: the expressions take too many steps together; they may take 1000000',
    );
  });
});
