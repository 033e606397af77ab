import { LruCache } from './LruCache';

describe('LruCache', () => {
  it('forgets what was not asked for longest', () => {
    const cache = new LruCache<number>({ maxEntries: 2 });
    cache.put('a', 1);
    cache.put('b', 2);
    cache.find('a');
    cache.put('c', 3);
    expect(cache.find('a')).toBe(1);
    expect(cache.find('b')).toBeUndefined();
    expect(cache.find('c')).toBe(3);
  });

  it('stays within its weight', () => {
    const cache = new LruCache<string>({
      maxEntries: 10,
      maxWeight: 5,
      weigh: value => value.length,
    });
    cache.put('a', 'xxx');
    cache.put('b', 'xx');
    expect(cache.size).toBe(2);
    cache.put('a', 'x');
    cache.put('c', 'xx');
    expect(cache.size).toBe(3);
    cache.put('d', 'xxxxx');
    expect(cache.size).toBe(1);
    expect(cache.find('d')).toBe('xxxxx');
  });

  it('keeps nothing that is too heavy alone', () => {
    const cache = new LruCache<string>({
      maxEntries: 10,
      maxWeight: 2,
      weigh: value => value.length,
    });
    cache.put('a', 'xxx');
    expect(cache.size).toBe(0);
  });
});
