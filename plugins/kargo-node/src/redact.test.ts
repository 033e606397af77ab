import { SecretText } from './SecretText';
import { redact } from './redact';

describe('redact', () => {
  it.each([
    ['a plain occurrence', 'pw is s3cret!', ['s3cret!'], 'pw is [redacted]'],
    ['every occurrence', 's3cret s3cret', ['s3cret'], '[redacted] [redacted]'],
    [
      'the URL-encoded form',
      'https://u:p%40ss%2Fword@host',
      ['p@ss/word'],
      'https://u:[redacted]@host',
    ],
    ['the JSON-escaped form', '{"a":"x\\"yz"}', ['x"yz'], '{"a":"[redacted]"}'],
    ['the base64 form', 'auth dG9rZW4=', ['token'], 'auth [redacted]'],
    ['the longest first', 'abcdef', ['abcd', 'abcdef'], '[redacted]'],
    ['characters special to patterns', 'a.*+$x', ['.*+$'], 'a[redacted]x'],
  ])('hides %s', (_, text, secrets, expected) => {
    expect(redact(text, secrets)).toBe(expected);
  });

  it('takes secret texts and passes over absent ones', () => {
    expect(redact('my token', [undefined, SecretText.of('token')])).toBe(
      'my [redacted]',
    );
  });

  it('leaves values that are too short to tell from ordinary words', () => {
    expect(redact('an apple', ['a', 'an'])).toBe('an apple');
  });
});
