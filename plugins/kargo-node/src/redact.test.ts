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

  it('leaves the words around every key in PEM alone, and masks the key', () => {
    const body = `MIIEowIBAAKCAQEA7x\nQ2VydGFpbmx5Tm90`;
    const key = `-----BEGIN RSA PRIVATE KEY-----\n${body}\n-----END RSA PRIVATE KEY-----\n`;
    const text =
      'a private repository, whose -----BEGIN CERTIFICATE----- is no RSA PRIVATE KEY';
    expect(redact(text, [key])).toBe(text);
    const encoded = Buffer.from('-----BEGIN CERTIFICATE-----').toString(
      'base64',
    );
    expect(redact(encoded, [key])).toBe(encoded);
    expect(redact(`<${key}>`, [key])).toBe('<[redacted]>');
    for (const part of [body.slice(0, 8), body.slice(-9)]) {
      expect(redact(`<${part}>`, [key])).toBe('<[redacted]>');
    }
    const whole = Buffer.from(key).toString('base64');
    expect(redact(whole, [key])).toMatch(/^\[redacted\]=*$/);
    expect(redact(JSON.stringify({ key }), [key])).toBe('{"key":"[redacted]"}');
  });

  it('leaves the common beginning of addresses alone in other forms, too', () => {
    const address = 'https://hooks.example.com/T0/abcdef';
    for (const form of [
      encodeURIComponent('https://www.acme.com'),
      Buffer.from('https://www.acme.com').toString('base64'),
    ]) {
      expect(redact(form, [address])).toBe(form);
    }
    expect(redact(encodeURIComponent(address), [address])).toBe('[redacted]');
  });

  it('leaves shorter parts and the common beginning of addresses alone', () => {
    const address = 'https://hooks.example.com/T0/abcdef';
    expect(redact('see https://www.acme.com', [address])).toBe(
      'see https://www.acme.com',
    );
    expect(redact('Tr0ub4d is short', [secret])).toBe('Tr0ub4d is short');
  });
});
