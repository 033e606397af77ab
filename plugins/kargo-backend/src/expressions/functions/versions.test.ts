import { evaluate } from 'backstage-plugin-kargo-expr';
import { VERSION_FUNCTIONS } from './versions';

const run = (source: string) =>
  evaluate(source, {}, { functions: VERSION_FUNCTIONS });

describe('functions over versions', () => {
  it.each<[string, unknown]>([
    ["semverDiff('1.2.3', '2.0.0')", 'Major'],
    ["semverDiff('1.2.3', '1.2.4-rc')", 'Patch'],
    ["semverDiff('1.2.3+a', '1.2.3+b')", 'Metadata'],
    ["semverDiff('1.2.3', '1.3.4')", 'Minor'],
    ["semverDiff('1.2.3-rc1', '1.2.3')", 'None'],
    ["semverDiff('1.2.3', 'x')", 'Incomparable'],
    ["semverDiff('x', '1.2.3')", 'Incomparable'],
    ["semverDiff('1.2.3', '01.2.3')", 'None'],
    ["semverDiff('', '')", 'Incomparable'],
    ["semverParse('v1').String()", '1.0.0'],
    ["semverParse('1.2.3-rc.1+b').IncMinor().String()", '1.3.0'],
    ["semverParse('1.2.3-rc.1+b').IncPatch().String()", '1.2.3'],
    ["semverParse('1.2.3+b').IncPatch().String()", '1.2.4'],
    ["semverParse('1.2.3-rc').SetMetadata('b').String()", '1.2.3-rc+b'],
    ["semverParse('1.2.3-rc').SetPrerelease('').String()", '1.2.3'],
    ["semverParse('1.2.3').IncMajor().IncMinor().String()", '2.1.0'],
    ["semverParse('1.2.3').Equal(semverParse('v1.2.3+x'))", true],
    ["semverParse('1.2.3-rc').LessThan(semverParse('1.2.3'))", true],
    ["semverParse('1.2.3').LessThanEqual(semverParse('1.2.3'))", true],
    ["semverParse('1.10.0').GreaterThan(semverParse('1.9.0'))", true],
    ["semverParse('1.0.0').GreaterThanEqual(semverParse('1.0.1'))", false],
    ["semverParse('1.2.3').LessThan(semverParse('1.2.3'))", false],
    ["semverParse('1.2.3').LessThanEqual(semverParse('1.2.2'))", false],
    ["semverParse('1.2.3').GreaterThan(semverParse('1.2.3'))", false],
    ["semverParse('1.2.3').GreaterThanEqual(semverParse('1.2.3'))", true],
    ["semverParse('1.2.3').Equal(semverParse('1.2.4'))", false],
    ["semverParse('1.2.3').Compare(semverParse('1.2.4'))", -1n],
    ["semverParse('1.2.3').Compare(semverParse('v1.2.3'))", 0n],
    ["semverParse('1.10.0').Compare(semverParse('1.9.0'))", 1n],
    ["semverParse('1.2.3').IncPatch().IncMinor().IncPatch().String()", '1.3.1'],
    ["semverParse('1.2.3') == semverParse('1.2.3')", true],
    ["semverParse('1.2.3') == semverParse('v1.2.3')", false],
    ["semverParse('1.2.3+a') == semverParse('1.2.3+b')", false],
    ["string(semverParse('v1.2')) + '!'", '1.2.0!'],
    ["toJSON([semverParse('v1.2')])", '[\n  "1.2.0"\n]'],
  ])('%s is %p', (source, expected) => {
    expect(run(source)).toBe(expected);
  });

  it.each([
    ["semverParse('latest')", 'run'],
    ["semverParse('1.2.3-01')", 'run'],
    ["semverParse('1.2.3').SetPrerelease('a b')", 'run'],
    ["semverParse('18446744073709551615.0.0').IncMajor()", 'run'],
    ["semverParse('1.2.3').IncMinor().LessThan(semverParse('2.0.0'))", 'check'],
    ["semverParse('1.2.3').LessThan('2.0.0')", 'check'],
    ["semverParse('1.2.3').Foo()", 'check'],
    ['semverParse(1)', 'check'],
  ])('%s fails at stage %s', (source, stage) => {
    expect(() => run(source)).toThrow(expect.objectContaining({ stage }));
  });
});
