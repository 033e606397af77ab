import { inOneTurn } from '../../testing/inOneTurn';
import {
  ChartSource,
  compileChartVersionFilter,
  findBestChartVersion,
  selectChartVersions,
} from './chartVersions';

const OCI_TAGS = '1.0.0 v2.0.0 1.1.0_b1 1.1.0_b2 1.1 1.2.0-rc.1';

describe('selectChartVersions', () => {
  it.each<[ChartSource, string, string, string]>([
    ['oci', '', OCI_TAGS, '1.2.0-rc.1 1.1.0+b2 1.1.0+b1 1.0.0'],
    ['oci', '^1', OCI_TAGS, '1.1.0+b2 1.1.0+b1 1.0.0'],
    ['oci', '', '1.0.0-a_b 1.0.0_a_b 1.0.0', '1.0.0 1.0.0-a+b'],
    [
      'classic',
      '',
      '1.0.0 v2.0.0 1.1 1.1.0+b1 not-a-version',
      'v2.0.0 1.1.0+b1 1.1 1.0.0',
    ],
    ['classic', '^1', '1.0.0 v2.0.0 1.1 1.2.0-rc.1 1.0.0_b', '1.1 1.0.0'],
    ['classic', '>9', '1.0.0', ''],
  ])('of %s within %j, %j: %j', (source, constraint, versions, expected) => {
    const options = { source, constraint, limit: 20 };
    const all = versions.split(' ');
    const selected = inOneTurn(selectChartVersions(all, options));
    expect(selected.join(' ')).toBe(expected);
    expect(inOneTurn(findBestChartVersion(all, options))).toBe(selected.at(0));
  });

  it('is cut at the limit', () => {
    const versions = ['1.0.0', '3.0.0', '2.0.0'];
    expect(
      inOneTurn(selectChartVersions(versions, { source: 'classic', limit: 2 })),
    ).toEqual(['3.0.0', '2.0.0']);
  });

  it('refuses a constraint that does not parse', () => {
    expect(() =>
      inOneTurn(
        selectChartVersions([], {
          source: 'oci',
          constraint: 'latest',
          limit: 1,
        }),
      ),
    ).toThrow('"latest" is not a version constraint');
  });
});

describe('compileChartVersionFilter', () => {
  it.each<[ChartSource, string, boolean]>([
    ['oci', '1.2.0_b1', true],
    ['oci', 'v1.2.0', false],
    ['oci', '1.2', false],
    ['classic', '1.2', true],
    ['classic', 'v1.2.0', true],
    ['classic', '2.0.0', false],
  ])('of %s within ^1 takes %j: %s', (source, version, expected) => {
    const accepts = compileChartVersionFilter({ source, constraint: '^1' });
    expect(accepts(version)).toBe(expected);
  });
});
