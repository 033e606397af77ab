import { compile, Program } from 'backstage-plugin-kargo-expr';
import { CompiledCache } from './CompiledCache';

describe('CompiledCache', () => {
  function fill(cache: CompiledCache<string>, sources: string[]): string[] {
    const compiled: string[] = [];
    for (const source of sources) {
      cache.get(source, () => {
        compiled.push(source);
        return source;
      });
    }
    return compiled;
  }

  it('compiles a source once', () => {
    const cache = new CompiledCache<string>();
    expect(fill(cache, ['a', 'b', 'a', 'b'])).toEqual(['a', 'b']);
  });

  it('drops what was not used for longest', () => {
    const cache = new CompiledCache<string>();
    const many = Array.from({ length: 2_000 }, (_, i) => `${i}`);
    fill(cache, many);
    fill(cache, ['0', 'one more']);
    expect(fill(cache, ['0', '2', '1'])).toEqual(['1']);
  });

  it('bounds the length of what it keeps', () => {
    const cache = new CompiledCache<string>();
    const long = (mark: string) => mark.repeat(900_000);
    fill(cache, [long('a'), long('b'), long('c')]);
    expect(fill(cache, [long('b'), long('c')])).toEqual([]);
    expect(fill(cache, [long('a')])).toHaveLength(1);
    // Longer than everything it may keep together.
    expect(fill(cache, ['x'.repeat(3_000_000), 'y', 'y'])).toHaveLength(2);
  });

  it('bounds what regular expressions take that it keeps', () => {
    const cache = new CompiledCache<Program>();
    const large = Array.from({ length: 9 }, (_, i) => `a{${1_000 - i}}`);
    const sources = Array.from({ length: 80 }, (_, i) =>
      large.map(pattern => `'${i}' matches '${pattern}'`).join(' or '),
    );
    sources.forEach(source => cache.get(source, () => compile(source)));
    const kept = sources.filter(source => cache.find(source)).length;
    expect(kept).toBeGreaterThan(30);
    expect(kept).toBeLessThan(60);
  });

  it('keeps no failures', () => {
    const cache = new CompiledCache<string>();
    const failing = () => {
      throw new Error('no');
    };
    expect(() => cache.get('a', failing)).toThrow('no');
    expect(cache.get('a', () => 'yes')).toBe('yes');
  });
});
