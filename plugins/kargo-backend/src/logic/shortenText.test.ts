import { shortenText } from './shortenText';

describe('shortenText', () => {
  it.each([
    ['abcd', 'abcd'],
    ['abcde', 'abcd… (5 characters)'],
    ['', ''],
  ])('%j is %j', (text, shortened) => {
    expect(shortenText(text, 4)).toBe(shortened);
  });

  it('keeps 4096 characters unless told', () => {
    const kept = 'x'.repeat(4096);
    expect(shortenText(kept)).toBe(kept);
    expect(shortenText(`${kept}x`)).toBe(`${kept}… (4097 characters)`);
  });
});
