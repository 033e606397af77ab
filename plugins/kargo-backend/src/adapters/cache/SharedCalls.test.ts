import { SharedCalls } from './SharedCalls';

function aCall() {
  const signals: AbortSignal[] = [];
  let finish: (value: string) => void = () => {};
  let fail: (error: Error) => void = () => {};
  const start = (signal: AbortSignal) => {
    signals.push(signal);
    return new Promise<string>((resolve, reject) => {
      finish = resolve;
      fail = reject;
    });
  };
  return {
    start,
    signals,
    finish: (value: string) => finish(value),
    fail: (error: Error) => fail(error),
  };
}

describe('SharedCalls', () => {
  it('runs one call for all who ask at the same time', async () => {
    const calls = new SharedCalls<string>();
    const call = aCall();
    const both = Promise.all([
      calls.run('k', undefined, call.start),
      calls.run('k', undefined, call.start),
    ]);
    call.finish('x');
    await expect(both).resolves.toEqual(['x', 'x']);
    expect(call.signals).toHaveLength(1);
  });

  it('starts again after the end, also after a failure', async () => {
    const calls = new SharedCalls<string>();
    const call = aCall();
    const first = calls.run('k', undefined, call.start);
    call.fail(new Error('broken'));
    await expect(first).rejects.toThrow('broken');
    const second = calls.run('k', undefined, call.start);
    call.finish('x');
    await expect(second).resolves.toBe('x');
    expect(call.signals).toHaveLength(2);
  });

  it('goes on for the others when one leaves', async () => {
    const calls = new SharedCalls<string>();
    const call = aCall();
    const controller = new AbortController();
    const leaving = calls.run('k', controller.signal, call.start);
    const staying = calls.run('k', undefined, call.start);
    controller.abort(new Error('left'));
    await expect(leaving).rejects.toThrow('left');
    expect(call.signals[0].aborted).toBe(false);
    call.finish('x');
    await expect(staying).resolves.toBe('x');
  });

  it('ends the call when the last one leaves, and the next starts anew', async () => {
    const calls = new SharedCalls<string>();
    const call = aCall();
    const controller = new AbortController();
    const leaving = calls.run('k', controller.signal, call.start);
    controller.abort(new Error('left'));
    await expect(leaving).rejects.toThrow('left');
    expect(call.signals[0].aborted).toBe(true);
    const next = calls.run('k', undefined, call.start);
    call.finish('x');
    await expect(next).resolves.toBe('x');
    expect(call.signals).toHaveLength(2);
  });

  it('runs one more call for all who want what is known from now on', async () => {
    const calls = new SharedCalls<string>();
    const call = aCall();
    const running = calls.run('k', undefined, call.start);
    const forced = [1, 2].map(() =>
      calls.run('k', undefined, call.start, { force: true }),
    );
    const joining = calls.run('k', undefined, call.start);
    call.finish('old');
    await expect(running).resolves.toBe('old');
    await expect(joining).resolves.toBe('old');
    expect(call.signals).toHaveLength(2);
    call.finish('new');
    await expect(Promise.all(forced)).resolves.toEqual(['new', 'new']);
    expect(call.signals).toHaveLength(2);
  });

  it('runs one call for all of one work, however they want it', async () => {
    const calls = new SharedCalls<string>();
    const call = aCall();
    const [work, later] = [1, 2].map(() => new AbortController().signal);
    const run = (signal: AbortSignal, force = true) =>
      calls.run('k', signal, call.start, { force });
    const first = [run(work), run(work), run(work, false)];
    const others = [run(later), run(later, false)];
    call.finish('a');
    await expect(Promise.all(first)).resolves.toEqual(['a', 'a', 'a']);
    await expect(others[1]).resolves.toBe('a');
    const same = run(later);
    const newest = run(work);
    call.finish('b');
    await expect(Promise.all([others[0], same])).resolves.toEqual(['b', 'b']);
    await new Promise(setImmediate);
    call.finish('c');
    await expect(newest).resolves.toBe('c');
    expect(call.signals).toHaveLength(3);
  });

  it('runs it although the call before it failed, or everybody left that', async () => {
    const calls = new SharedCalls<string>();
    const call = aCall();
    const controller = new AbortController();
    const running = calls.run('k', controller.signal, call.start);
    const forced = calls.run('k', undefined, call.start, { force: true });
    controller.abort(new Error('left'));
    await expect(running).rejects.toThrow('left');
    call.fail(new Error('broken'));
    await new Promise(setImmediate);
    call.finish('new');
    await expect(forced).resolves.toBe('new');
  });

  it('runs nothing more when those who wanted it have left', async () => {
    const calls = new SharedCalls<string>();
    const call = aCall();
    const controller = new AbortController();
    const running = calls.run('k', undefined, call.start);
    const forced = calls.run('k', controller.signal, call.start, {
      force: true,
    });
    controller.abort(new Error('left'));
    await expect(forced).rejects.toThrow('left');
    call.finish('x');
    await expect(running).resolves.toBe('x');
    expect(call.signals).toHaveLength(1);
    const next = calls.run('k', undefined, call.start, { force: true });
    call.finish('y');
    await expect(next).resolves.toBe('y');
  });

  it('does not start for somebody who has left already', async () => {
    const calls = new SharedCalls<string>();
    const call = aCall();
    await expect(
      calls.run('k', AbortSignal.abort(new Error('left')), call.start),
    ).rejects.toThrow('left');
    expect(call.signals).toHaveLength(0);
  });
});
