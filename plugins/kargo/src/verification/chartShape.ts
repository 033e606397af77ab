import { MeasuredPoint } from './measuredSeries';

/** The box that a curve is drawn into. */
export interface ChartBox {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** A point where it is drawn. */
export interface PlacedPoint extends MeasuredPoint {
  x: number;
  y: number;
}

/** A curve and what its axes say. */
export interface ChartShape {
  points: PlacedPoint[];
  /** Values and their heights, from the smallest up. */
  levels: Array<{ value: number; y: number }>;
}

const LEVELS = 3;

/**
 * Places points of one series in a box: by when they were measured, and by their value between
 * the smallest and the largest.
 */
export function chartShape(
  points: readonly MeasuredPoint[],
  { left, top, width, height }: ChartBox,
): ChartShape {
  const times = points.map(({ at }) => at);
  const values = points.map(({ value }) => value);
  const [from, until] = [Math.min(...times), Math.max(...times)];
  const [low, high] = spread(Math.min(...values), Math.max(...values));
  const heightOf = (value: number) =>
    top + height * (1 - (value - low) / (high - low));
  return {
    points: points.map((point, index) => ({
      ...point,
      x:
        left +
        width *
          (until > from
            ? (point.at - from) / (until - from)
            : index / Math.max(points.length - 1, 1)),
      y: heightOf(point.value),
    })),
    levels: Array.from({ length: LEVELS }, (_, index) => {
      const value = low + ((high - low) * index) / (LEVELS - 1);
      return { value, y: heightOf(value) };
    }),
  };
}

/** What always was the same is drawn in the middle. */
function spread(low: number, high: number): [number, number] {
  return low === high
    ? [low - (Math.abs(low) || 1), high + (Math.abs(high) || 1)]
    : [low, high];
}
