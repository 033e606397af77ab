import { decodePrivateKey } from './privateKey';

const PEM =
  '-----BEGIN RSA PRIVATE KEY-----\nMIIB\n-----END RSA PRIVATE KEY-----\n';
const BASE64 = Buffer.from(PEM).toString('base64');

describe('decodePrivateKey', () => {
  it.each([
    ['PEM as it is', PEM, PEM],
    ['base64', BASE64, PEM],
    ['base64 in lines', BASE64.replace(/(.{20})/g, '$1\n'), PEM],
    ['text that is neither', 'not-a-key!', 'not-a-key!'],
  ])('reads %s', (_, given, expected) => {
    expect(decodePrivateKey(given)).toBe(expected);
  });

  it.each([
    ['a lost character', BASE64.replace(/=*$/, '').slice(0, -1)],
    ['padding in the middle', 'QUJD=QUJ'],
    ['nothing but padding', '===='],
  ])('calls base64 with %s probably corrupt', (_, given) => {
    expect(() => decodePrivateKey(given)).toThrow(/probably corrupt/);
  });
});
