import { Admittance } from './Admittance';

describe('Admittance', () => {
  let now = 0;
  let admittance: Admittance;

  beforeEach(() => {
    now = 0;
    admittance = new Admittance({ monotonic: () => now });
  });

  const from = (path: string, source = '192.0.2.1') => ({ path, source });

  /** What is answered to somebody whom the receiver accepts or, by default, does not. */
  function send(path: string, source?: string, isAccepted = false): number {
    const arrival = from(path, source);
    const wait =
      admittance.take(arrival) || admittance.found(arrival, 'demo/gh');
    return wait || (isAccepted ? admittance.accepted(arrival, 'demo/gh') : 0);
  }

  function takenOf(requests: Array<() => number>): number {
    return requests.filter(request => request() === 0).length;
  }

  /** Requests to guessed paths, until one is not looked up. */
  function guessMany(): number {
    for (let guess = 0; guess < 10_000; guess += 1) {
      const arrival = from(`/webhook/github/${guess}`);
      if (admittance.take(arrival) > 0) {
        return guess;
      }
      admittance.found(arrival, undefined);
    }
    return Infinity;
  }

  it('looks up no more than so many addresses that lead nowhere', () => {
    expect(guessMany()).toBe(500);
    now += 1000;
    expect(guessMany()).toBe(50);
  });

  it('lets nobody who guesses keep out a receiver that was found before', () => {
    const arrival = from('/webhook/github/a');
    admittance.take(arrival);
    admittance.found(arrival, 'demo/gh');
    guessMany();
    expect(admittance.take(arrival)).toBe(0);
    // It leads nowhere any more.
    admittance.found(arrival, undefined);
    expect(admittance.take(arrival)).toBe(1);
  });

  it('counts what a receiver accepts together, whatever its addresses and senders are', () => {
    const requests = Array.from(
      { length: 150 },
      (_, index) => () =>
        send(`/webhook/github/${index % 2}`, `192.0.2.${index % 3}`, true),
    );
    expect(takenOf(requests)).toBe(100);
  });

  it('lets nobody who knows an address and no secret keep out who knows both', () => {
    const attempts = Array.from(
      { length: 150 },
      () => () => send('/webhook/github/a', '203.0.113.1'),
    );
    expect(takenOf(attempts)).toBe(100);
    expect(send('/webhook/github/a', '203.0.113.1')).toBe(1);
    expect(send('/webhook/github/a', '192.0.2.1', true)).toBe(0);
  });

  it('takes all addresses of a network of IPv6 for one sender', () => {
    const attempts = Array.from(
      { length: 150 },
      (_, index) => () =>
        send('/webhook/github/a', `2001:db8:0:1::${index.toString(16)}`),
    );
    expect(takenOf(attempts)).toBe(100);
    expect(send('/webhook/github/a', '2001:db8:0:2::1')).toBe(0);
  });

  it('counts no attempt of who is accepted', () => {
    for (let second = 0; second < 60; second += 1) {
      expect(send('/webhook/github/a', '192.0.2.1', true)).toBe(0);
      now += 100;
    }
    const attempts = Array.from(
      { length: 150 },
      () => () => send('/webhook/github/a'),
    );
    expect(takenOf(attempts)).toBe(100);
  });
});
