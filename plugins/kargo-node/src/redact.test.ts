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

  const secret = 'Tr0ub4dor&3/xyz+';
  it.each([
    ['in capitals', secret.toUpperCase()],
    ['in small letters', secret.toLowerCase()],
    ['in hexadecimal digits', Buffer.from(secret).toString('hex')],
    ['as base64', Buffer.from(secret).toString('base64')],
    ['as base64 for addresses', Buffer.from(secret).toString('base64url')],
    ['in an address', encodeURIComponent(secret)],
    ['in a form', new URLSearchParams({ a: secret }).toString().slice(2)],
    ['its first half', secret.slice(0, 8)],
    ['its end', secret.slice(-9)],
  ])('masks a secret %s', (_, form) => {
    expect(redact(`<${form}>`, [secret])).toMatch(/^<\[redacted\]=*>$/);
  });

  it('masks a secret inside of something that is encoded', () => {
    const header = Buffer.from(`user:${secret}`).toString('base64');
    const redacted = redact(header, [secret]);
    expect(redacted).toContain('[redacted]');
    expect(
      Buffer.from(redacted.split('[')[0], 'base64').toString(),
    ).not.toMatch(/Tr0/);
  });

  it('leaves shorter parts and the common beginning of addresses alone', () => {
    const address = 'https://hooks.example.com/T0/abcdef';
    expect(redact('see https://www.acme.com', [address])).toBe(
      'see https://www.acme.com',
    );
    expect(redact('Tr0ub4d is short', [secret])).toBe('Tr0ub4d is short');
  });
});
