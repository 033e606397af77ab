import { rememberedEmails } from './rememberedEmails';

const PIA = 'user:default/pia';

describe('remembered addresses', () => {
  let answer: () => Promise<string | undefined>;
  let asked: number;

  const remember = (ttlMs?: number) =>
    rememberedEmails(
      async () => {
        asked++;
        return answer();
      },
      ttlMs === undefined ? {} : { ttlMs },
    );
  const away = async () => {
    throw new Error('the catalog is away');
  };

  beforeEach(() => {
    asked = 0;
    answer = async () => 'pia@example.com';
  });

  it.each([
    ['an address', 'pia@example.com'],
    ['that there is none', undefined],
  ])('holds %s for a while', async (_, known) => {
    answer = async () => known;
    const findEmail = remember();
    expect(await findEmail(PIA)).toBe(known);
    expect(await findEmail(PIA)).toBe(known);
    expect(asked).toBe(1);
  });

  it.each([
    ['an address', 'pia@example.com'],
    ['that there is none', undefined],
  ])(
    'holds %s while the catalog is away, and asks when it is back',
    async (_, known) => {
      answer = async () => known;
      const findEmail = remember(1);
      await findEmail(PIA);
      answer = away;
      while (asked < 3) {
        expect(await findEmail(PIA)).toBe(known);
        await new Promise(setImmediate);
      }
      answer = async () => 'pia@new.example';
      while ((await findEmail(PIA)) !== 'pia@new.example') {
        await new Promise(setImmediate);
      }
    },
  );

  it('does not know somebody new while the catalog is away', async () => {
    answer = away;
    const findEmail = remember();
    await expect(findEmail(PIA)).rejects.toThrow('the catalog is away');
    answer = async () => 'pia@example.com';
    expect(await findEmail(PIA)).toBe('pia@example.com');
  });
});
