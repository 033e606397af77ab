import { chartShape } from './chartShape';
import { MeasuredPoint } from './measuredSeries';

const BOX = { left: 10, top: 20, width: 100, height: 50 };

function at(...points: Array<[at: number, value: number]>): MeasuredPoint[] {
  return points.map(([time, value]) => ({
    at: time,
    value,
    phase: 'Successful',
  }));
}

describe('chartShape', () => {
  it.each<[string, MeasuredPoint[], Array<[number, number]>, number[]]>([
    [
      'by when it was and how much',
      at([1000, 0], [1250, 10], [2000, 5]),
      [
        [10, 70],
        [35, 20],
        [110, 45],
      ],
      [0, 5, 10],
    ],
    [
      'what always was the same, in the middle',
      at([0, 7], [10, 7]),
      [
        [10, 45],
        [110, 45],
      ],
      [0, 7, 14],
    ],
    [
      'nothing but zeros, in the middle',
      at([0, 0], [10, 0]),
      [
        [10, 45],
        [110, 45],
      ],
      [-1, 0, 1],
    ],
    [
      'what was measured in one second, one behind the other',
      at([5, 1], [5, 2], [5, 3]),
      [
        [10, 70],
        [60, 45],
        [110, 20],
      ],
      [1, 2, 3],
    ],
  ])('places %s', (_, points, expected, levels) => {
    const shape = chartShape(points, BOX);
    expect(shape.points.map(({ x, y }) => [x, y])).toEqual(expected);
    expect(shape.levels.map(({ value }) => value)).toEqual(levels);
  });
});
