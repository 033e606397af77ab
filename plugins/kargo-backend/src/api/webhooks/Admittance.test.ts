import { Admittance } from './Admittance';

describe('Admittance', () => {
  let now = 0;
  let admittance: Admittance;

  beforeEach(() => {
    now = 0;
    admittance = new Admittance({ monotonic: () => now });
  });

  /** Requests to guessed paths, until one is not looked up. */
  function guessMany(): number {
    for (let guess = 0; guess < 10_000; guess += 1) {
      const path = `/webhook/github/${guess}`;
      if (admittance.take(path) > 0) {
        return guess;
      }
      admittance.found(path, undefined);
    }
    return Infinity;
  }

  it('looks up no more than so many addresses that lead nowhere', () => {
    expect(guessMany()).toBe(500);
    now += 1000;
    expect(guessMany()).toBe(50);
  });

  it('lets nobody who guesses keep out a receiver that was found before', () => {
    admittance.take('/webhook/github/a');
    admittance.found('/webhook/github/a', 'demo/gh');
    guessMany();
    expect(admittance.take('/webhook/github/a')).toBe(0);
    // It leads nowhere any more.
    admittance.found('/webhook/github/a', undefined);
    expect(admittance.take('/webhook/github/a')).toBe(1);
  });

  it('counts the requests of a receiver together, whatever its addresses are', () => {
    const taken = Array.from({ length: 150 }, (_, index) => {
      const path = `/webhook/github/${index % 2}`;
      return admittance.take(path) || admittance.found(path, 'demo/gh');
    });
    expect(taken.filter(wait => wait === 0)).toHaveLength(100);
  });
});
