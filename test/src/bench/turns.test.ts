import { TurnGiver, Turns } from './turns';

describe('turns', () => {
  let giver: TurnGiver;

  beforeEach(async () => {
    giver = await TurnGiver.start(2);
  });

  afterEach(() => giver.close());

  /** Works so many times, and says so. */
  async function work(name: string, times: number, told: string[]) {
    const turns = new Turns(String(giver.port));
    await turns.begin();
    for (let n = 1; n <= times; n++) {
      told.push(`${name} begins`);
      await new Promise(setImmediate);
      told.push(`${name} ends`);
      if (n < times) await turns.pass();
    }
    turns.end();
  }

  it('are taken one after another, and given to who is left', async () => {
    const told: string[] = [];
    await Promise.all([work('a', 2, told), work('b', 3, told)]);
    const turnsOf = (name: string) =>
      told.filter(text => text === `${name} begins`).length;
    expect([turnsOf('a'), turnsOf('b')]).toEqual([2, 3]);
    for (let n = 0; n < told.length; n += 2) {
      expect(told[n + 1]).toBe(told[n].replace('begins', 'ends'));
    }
    expect(told.slice(0, 2)).not.toEqual(told.slice(2, 4));
  });

  it('are no matter where nobody gives any', async () => {
    const turns = new Turns(undefined);
    await turns.begin();
    await expect(turns.pass()).resolves.toBeUndefined();
    turns.end();
  });
});
