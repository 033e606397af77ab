import { Measurement } from 'backstage-plugin-kargo-common';
import { measuredSeries } from './measuredSeries';

function measured(...values: Array<string | undefined>): Measurement[] {
  return values.map((value, index) => ({
    phase: 'Successful',
    finishedAt: `2026-06-01T00:0${index}:00Z`,
    ...(value !== undefined && { value }),
  }));
}

describe('measuredSeries', () => {
  it.each<[string, Measurement[], Record<string, number[]>]>([
    ['numbers', measured('120', '1.5e3'), { '': [120, 1500] }],
    ['lists of one number', measured('[0.9]', '[0.95]'), { '': [0.9, 0.95] }],
    [
      'lists of several',
      measured('[1,2]', '[3,4]'),
      { '0': [1, 3], '1': [2, 4] },
    ],
    [
      'objects, as far as they hold numbers',
      measured('{"p50":1,"name":"a"}', '{"p50":2,"p99":9}'),
      { p50: [1, 2] },
    ],
    ['no texts', measured('ok', '"120"', 'NaN', '+Inf', 'true', 'null'), {}],
    ['nothing of what was measured once', measured('1', 'ok'), {}],
    ['only what was measured', measured('1', undefined, '3'), { '': [1, 3] }],
  ])('takes %s', (_, measurements, expected) => {
    const series = measuredSeries(measurements);
    expect(
      Object.fromEntries(
        series.map(({ key, points }) => [key, points.map(p => p.value)]),
      ),
    ).toEqual(expected);
  });

  it('leaves out what was measured at no known time, and series after many', () => {
    const [first, second] = measured('1', '2');
    expect(measuredSeries([first, { ...second, finishedAt: 'soon' }])).toEqual(
      [],
    );
    const many = JSON.stringify(Array.from({ length: 20 }, (_, n) => n));
    expect(measuredSeries(measured(many, many))).toHaveLength(6);
  });
});
