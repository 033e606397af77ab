import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { makeStyles } from '@material-ui/core/styles';
import { AnalysisPhase } from 'backstage-plugin-kargo-common';
import { DateTime } from 'luxon';
import { useMemo } from 'react';
import { useLocale } from '../components/useLocale';
import { kargoTranslationRef } from '../translation';
import { chartShape, PlacedPoint } from './chartShape';
import { MeasuredSeries } from './measuredSeries';

const SIZE = { width: 480, height: 132 };
const BOX = { left: 56, top: 12, width: 408, height: 92 };
const MARK = 5;

const useStyles = makeStyles(theme => ({
  root: { margin: theme.spacing(0.5, 0) },
  chart: { display: 'block', width: '100%', maxWidth: 560, height: 'auto' },
  title: { fontSize: '0.75rem', color: theme.palette.text.secondary },
  level: { stroke: theme.palette.divider },
  curve: {
    fill: 'none',
    stroke: theme.palette.text.secondary,
    strokeWidth: 1.5,
  },
  word: { fontSize: 11, fill: theme.palette.text.secondary },
  good: { fill: theme.palette.status?.ok ?? theme.palette.success.main },
  bad: { fill: theme.palette.status?.error ?? theme.palette.error.main },
  open: { fill: theme.palette.status?.warning ?? theme.palette.warning.main },
}));

/**
 * The course of a measured number. What became of each measurement is a shape and a colour;
 * the table beside it has every number.
 */
export function MeasurementChart(props: {
  metric: string;
  series: MeasuredSeries;
}) {
  const classes = useStyles();
  const { t } = useTranslationRef(kargoTranslationRef);
  const { metric, series } = props;
  const { points, levels } = chartShape(series.points, BOX);
  const [first, newest] = [points[0], points[points.length - 1]];
  const [low, , high] = levels;
  const { format, timeOf } = useFormats();
  const label = t('verification.chart', {
    metric: [metric, series.key].filter(Boolean).join(' '),
    number: String(points.length),
    low: format(low.value),
    high: format(high.value),
    newest: format(newest.value),
  });
  return (
    <figure className={classes.root}>
      {series.key && (
        <figcaption className={classes.title}>{series.key}</figcaption>
      )}
      <svg
        className={classes.chart}
        viewBox={`0 0 ${SIZE.width} ${SIZE.height}`}
        role="img"
        aria-label={label}
      >
        {levels.map(({ value, y }) => (
          <g key={value}>
            <line
              className={classes.level}
              x1={BOX.left}
              x2={BOX.left + BOX.width}
              y1={y}
              y2={y}
            />
            <text
              className={classes.word}
              x={BOX.left - 8}
              y={y + 4}
              textAnchor="end"
            >
              {format(value)}
            </text>
          </g>
        ))}
        <polyline
          className={classes.curve}
          points={points.map(({ x, y }) => `${x},${y}`).join(' ')}
        />
        {points.map((point, index) => (
          <Mark
            key={index}
            point={point}
            title={`${format(point.value)}, ${timeOf(point)}`}
          />
        ))}
        <text className={classes.word} x={BOX.left} y={SIZE.height - 8}>
          {timeOf(first)}
        </text>
        <text
          className={classes.word}
          x={BOX.left + BOX.width}
          y={SIZE.height - 8}
          textAnchor="end"
        >
          {timeOf(newest)}
        </text>
      </svg>
    </figure>
  );
}

/** How numbers and their times are written. */
function useFormats() {
  const locale = useLocale();
  return useMemo(() => {
    const numbers = new Intl.NumberFormat(locale, {
      maximumSignificantDigits: 4,
    });
    return {
      format: (value: number) => numbers.format(value),
      timeOf: ({ at }: PlacedPoint) =>
        DateTime.fromMillis(at, { locale }).toLocaleString(
          DateTime.TIME_WITH_SECONDS,
        ),
    };
  }, [locale]);
}

/** A disc for what was good, a square for what was not, a diamond for what is open. */
function Mark(props: { point: PlacedPoint; title: string }) {
  const classes = useStyles();
  const { x, y, phase } = props.point;
  const kind = kindOf(phase);
  const title = <title>{props.title}</title>;
  if (kind === 'good') {
    return (
      <circle className={classes.good} cx={x} cy={y} r={MARK - 1}>
        {title}
      </circle>
    );
  }
  return (
    <rect
      className={classes[kind]}
      x={x - MARK}
      y={y - MARK}
      width={2 * MARK}
      height={2 * MARK}
      transform={kind === 'open' ? `rotate(45 ${x} ${y})` : undefined}
    >
      {title}
    </rect>
  );
}

function kindOf(phase: AnalysisPhase): 'good' | 'bad' | 'open' {
  switch (phase) {
    case 'Successful':
      return 'good';
    case 'Failed':
    case 'Error':
      return 'bad';
    default:
      return 'open';
  }
}
