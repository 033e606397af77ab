import { setImmediate } from 'node:timers/promises';
import { Slots } from './Slots';

/** Work by name that goes on until it is ended, and what has begun of it. */
function workshop(slots: Slots) {
  const begun: string[] = [];
  const end = new Map<string, () => void>();
  const start = (
    name: string,
    project: string,
    signal = new AbortController().signal,
  ) =>
    slots.use(project, signal, async () => {
      begun.push(name);
      await new Promise<void>(resolve => end.set(name, resolve));
      return name;
    });
  return { begun, start, end: (name: string) => end.get(name)?.() };
}

describe('Slots', () => {
  it('lets in who came first, but of one project only so many', async () => {
    const { begun, start, end } = workshop(
      new Slots({ total: 3, perProject: 2 }),
    );
    const all = [
      start('a1', 'a'),
      start('a2', 'a'),
      start('a3', 'a'),
      start('b1', 'b'),
      start('b2', 'b'),
    ];
    await setImmediate();
    expect(begun).toEqual(['a1', 'a2', 'b1']);
    end('a1');
    await all[0];
    await setImmediate();
    expect(begun).toEqual(['a1', 'a2', 'b1', 'a3']);
    end('b1');
    await all[3];
    await setImmediate();
    expect(begun).toEqual(['a1', 'a2', 'b1', 'a3', 'b2']);
    ['a2', 'a3', 'b2'].forEach(end);
    expect(await Promise.all(all)).toEqual(['a1', 'a2', 'a3', 'b1', 'b2']);
  });

  it('forgets who has gone, and gives the slot of work that failed to the next', async () => {
    const slots = new Slots({ total: 1, perProject: 1 });
    const { begun, start, end } = workshop(slots);
    const failing = slots.use('a', new AbortController().signal, async () => {
      throw new Error('broken');
    });
    const gone = new AbortController();
    const left = start('left', 'a', gone.signal);
    const next = start('next', 'a');
    gone.abort(new Error('gone'));
    await expect(left).rejects.toThrow('gone');
    await expect(failing).rejects.toThrow('broken');
    await setImmediate();
    expect(begun).toEqual(['next']);
    end('next');
    expect(await next).toBe('next');
    await expect(start('late', 'a', gone.signal)).rejects.toThrow('gone');
  });
});
