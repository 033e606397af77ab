import { isSignatureTag } from './signatureTags';

const HEX = '0123456789abcdef'.repeat(4);

describe('isSignatureTag', () => {
  it.each([
    `sha256-${HEX}.sig`,
    `sha256-${HEX}.att`,
    `sha256-${HEX}.sbom`,
    `sha256-${HEX}`,
    `sha512-${HEX}${HEX}`,
  ])('knows %s', tag => {
    expect(isSignatureTag(tag)).toBe(true);
  });

  it.each([
    'main-1',
    'sha256-0123456',
    `sha256-${HEX}-arm64`,
    `main-sha256-${HEX}`,
    `sha256-${HEX.toUpperCase()}`,
    HEX,
  ])('takes %s for an image', tag => {
    expect(isSignatureTag(tag)).toBe(false);
  });
});
