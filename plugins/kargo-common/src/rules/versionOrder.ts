const VERSION = /^v?(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:-([^+]+))?(?:\+.*)?$/;

/**
 * Text that sorts as versions do, byte by byte: `1.9.0` before `1.10.0`, a prerelease
 * before its release, and what is no version before every version, numbers in it by
 * their value.
 *
 * @public
 */
export function versionOrderKey(version: string): string {
  const match = VERSION.exec(version);
  if (!match) {
    return `0${naturalKey(version)}`;
  }
  const [, major, minor = '0', patch = '0', prerelease] = match;
  const numbers = [major, minor, patch].map(numberKey).join('.');
  // A tilde sorts behind everything a prerelease can begin with.
  return `1${numbers}${
    prerelease === undefined ? '~' : `-${naturalKey(prerelease)}`
  }`;
}

function naturalKey(text: string): string {
  return text.replace(/\d+/g, numberKey);
}

/** Digits behind their number, so that longer numbers are larger. */
function numberKey(digits: string): string {
  const significant = digits.replace(/^0+(?=\d)/, '');
  return `${String(Math.min(significant.length, 99)).padStart(
    2,
    '0',
  )}${significant}`;
}
