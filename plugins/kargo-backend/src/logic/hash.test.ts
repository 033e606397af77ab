import { sha1Hex, sha256Hex } from './hash';

describe('hashes', () => {
  it.each([
    ['', 'da39a3ee5e6b4b0d3255bfef95601890afd80709'],
    [
      'Warehouse/w:https:/charts.example.com/app:1.2.3',
      '1ed766ad764d07d4077e1ea0d7464cdd7a0eaae1',
    ],
    ['ü', '94a759fd37735430753c7b6b80684306d80ea16e'],
  ])('writes the SHA-1 of %j as hex', (text, hex) => {
    expect(sha1Hex(text)).toBe(hex);
    expect(sha1Hex(new TextEncoder().encode(text))).toBe(hex);
  });

  it('writes the SHA-256 as hex', () => {
    expect(sha256Hex('abc')).toBe(
      'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    );
  });
});
