import { Follower, Interest } from './Follower';
import { Followers } from './Followers';

describe('followers', () => {
  const interests: Record<string, Interest> = {
    'all stages': { kind: 'Stage' },
    'stages of a': { kind: 'Stage', namespace: 'a' },
    'stages of b': { kind: 'Stage', namespace: 'b' },
    'stage x of a': { kind: 'Stage', namespace: 'a', names: ['x'] },
    'stages x and y of a': { kind: 'Stage', namespace: 'a', names: ['x', 'y'] },
    'every stage x': { kind: 'Stage', names: ['x', 'x'] },
    'freight of a': { kind: 'Freight', namespace: 'a' },
    projects: { kind: 'Project', namespace: '' },
  };

  function createAll() {
    const followers = new Followers();
    const names = new Map<Follower, string>();
    for (const [name, interest] of Object.entries(interests)) {
      const follower = new Follower(interest, 0, () => undefined);
      followers.add(follower);
      names.set(follower, name);
    }
    return { followers, names };
  }

  it.each([
    [
      { kind: 'Stage', namespace: 'a', name: 'x' },
      [
        'all stages',
        'every stage x',
        'stages of a',
        'stage x of a',
        'stages x and y of a',
      ],
    ],
    [
      { kind: 'Stage', namespace: 'a', name: 'y' },
      ['all stages', 'stages of a', 'stages x and y of a'],
    ],
    [
      { kind: 'Stage', namespace: 'b', name: 'z' },
      ['all stages', 'stages of b'],
    ],
    [{ kind: 'Freight', namespace: 'a', name: 'x' }, ['freight of a']],
    [{ kind: 'Project', namespace: '', name: 'a' }, ['projects']],
    [{ kind: 'Warehouse', namespace: 'a', name: 'x' }, []],
  ])('a change of %j is told to those alone whom it concerns', (key, told) => {
    const { followers, names } = createAll();
    const concerned = [...followers.concernedBy(key)];
    expect(concerned.map(follower => names.get(follower))).toEqual(told);
  });

  it('nobody is told who has left', () => {
    const { followers, names } = createAll();
    [...names.keys()].forEach(follower => followers.delete(follower));
    const key = { kind: 'Stage', namespace: 'a', name: 'x' };
    expect([...followers.concernedBy(key)]).toEqual([]);
    expect(followers.size).toBe(0);
  });
});
