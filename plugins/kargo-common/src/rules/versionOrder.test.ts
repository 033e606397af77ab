import { versionOrderKey } from './versionOrder';

describe('versionOrderKey', () => {
  it.each<[string, string[]]>([
    ['numbers count by their value', ['1.2.0', '1.9.0', '1.10.0', '1.100.0']],
    ['a missing number is zero', ['1', '1.0.1', '1.1', '2']],
    ['a leading v means nothing', ['v1.0.0', '1.0.1', 'v1.0.2']],
    [
      'a prerelease comes before its release',
      ['1.0.0-alpha', '1.0.0-rc.2', '1.0.0-rc.10', '1.0.0', '1.0.1-rc.1'],
    ],
    [
      'what is no version comes first',
      ['main', 'nightly-9', 'nightly-10', '0.0.1'],
    ],
    ['nothing comes before everything', ['', 'a', '0']],
  ])('%s', (_, ascending) => {
    const sorted = [...ascending]
      .reverse()
      .sort((a, b) => (versionOrderKey(a) < versionOrderKey(b) ? -1 : 1));
    expect(sorted).toEqual(ascending);
  });

  it('makes no difference between builds of one version', () => {
    expect(versionOrderKey('v1.02.0+build.7')).toBe(versionOrderKey('1.2.0'));
  });
});
