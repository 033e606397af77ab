import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { makeStyles } from '@material-ui/core/styles';
import {
  AnalysisMetric,
  AnalysisRun,
  Measurement,
  MetricResult,
  namedMetrics,
} from 'backstage-plugin-kargo-common';
import { useMemo } from 'react';
import { DatedTime } from '../components/RelativeTime';
import { VerificationLabel } from '../components/StateLabels';
import { kargoTranslationRef } from '../translation';
import { MeasurementChart } from './MeasurementChart';
import { measuredSeries } from './measuredSeries';
import { MetricLog } from './MetricLog';

const useStyles = makeStyles(theme => ({
  root: { marginBottom: theme.spacing(2) },
  head: {
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    gap: theme.spacing(0, 1),
    margin: theme.spacing(0.5, 0),
    fontSize: '0.8125rem',
    overflowWrap: 'anywhere',
  },
  judged: {
    margin: 0,
    fontSize: '0.8125rem',
    color: theme.palette.text.secondary,
    '& div': { display: 'flex', flexWrap: 'wrap', gap: theme.spacing(0, 1) },
    '& dd': { margin: 0, fontFamily: 'monospace', overflowWrap: 'anywhere' },
  },
  table: {
    width: '100%',
    borderCollapse: 'collapse',
    fontSize: '0.8125rem',
    '& th, & td': {
      padding: theme.spacing(0.25, 1, 0.25, 0),
      textAlign: 'left',
      verticalAlign: 'top',
    },
    '& th': { fontWeight: 600, color: theme.palette.text.secondary },
  },
  value: { overflowWrap: 'anywhere', minWidth: '4rem' },
}));

/** One metric of a verification: how it is judged, the course of its numbers, and all of them. */
export function MetricView(props: {
  project: string;
  run: AnalysisRun;
  result: MetricResult;
}) {
  const classes = useStyles();
  const { t } = useTranslationRef(kargoTranslationRef);
  const { result, run } = props;
  const { name, measurements, message } = result;
  const { successful = 0, failed = 0, inconclusive = 0, error = 0 } = result;
  const metric = useMemo(
    () => namedMetrics(run.spec).find(declared => declared.name === name),
    [run.spec, name],
  );
  const series = useMemo(
    () => measuredSeries(measurements ?? []),
    [measurements],
  );
  return (
    <section className={classes.root} aria-label={name}>
      <div className={classes.head}>
        <strong>{name}</strong>
        <VerificationLabel phase={result.phase} />
        <span>
          {t('verification.counts', {
            successful: `${successful}`,
            failed: `${failed}`,
            inconclusive: `${inconclusive}`,
            error: `${error}`,
          })}
          {result.dryRun && ` (${t('verification.dryRun')})`}
          {message && ` – ${message}`}
        </span>
      </div>
      <Conditions metric={metric} />
      {series.map(one => (
        <MeasurementChart key={one.key} metric={name} series={one} />
      ))}
      <MeasurementTable name={name} measurements={measurements ?? []} />
      {metric?.provider.job !== undefined && (
        <MetricLog
          project={props.project}
          run={run.metadata.name}
          metric={metric}
        />
      )}
    </section>
  );
}

function Conditions(props: { metric: AnalysisMetric | undefined }) {
  const classes = useStyles();
  const { t } = useTranslationRef(kargoTranslationRef);
  const { successCondition, failureCondition } = props.metric ?? {};
  if (!successCondition && !failureCondition) {
    return null;
  }
  return (
    <dl className={classes.judged}>
      {successCondition && (
        <div>
          <dt>{t('verification.succeedsWith')}</dt>
          <dd>{successCondition}</dd>
        </div>
      )}
      {failureCondition && (
        <div>
          <dt>{t('verification.failsWith')}</dt>
          <dd>{failureCondition}</dd>
        </div>
      )}
    </dl>
  );
}

function MeasurementTable(props: {
  name: string;
  measurements: Measurement[];
}) {
  const classes = useStyles();
  const { t } = useTranslationRef(kargoTranslationRef);
  const newestFirst = [...props.measurements].reverse();
  // A job ends well or not, and has no value.
  const hasValues = newestFirst.some(saysSomething);
  return (
    <table
      className={classes.table}
      aria-label={t('verification.measurementsOf', { metric: props.name })}
    >
      <thead>
        <tr>
          <th scope="col">{t('verification.measured')}</th>
          <th scope="col">{t('verification.result')}</th>
          {hasValues && <th scope="col">{t('verification.value')}</th>}
        </tr>
      </thead>
      <tbody>
        {newestFirst.map((measurement, index) => (
          <MeasurementRow
            key={`${measurement.startedAt} ${newestFirst.length - index}`}
            measurement={measurement}
            hasValue={hasValues}
          />
        ))}
      </tbody>
    </table>
  );
}

function saysSomething({ value, message }: Measurement): boolean {
  return Boolean(value || message);
}

function MeasurementRow(props: {
  measurement: Measurement;
  hasValue: boolean;
}) {
  const classes = useStyles();
  const { phase, value, message, startedAt, finishedAt } = props.measurement;
  const time = finishedAt ?? startedAt;
  return (
    <tr>
      <td>{time && <DatedTime time={time} />}</td>
      <td>
        <VerificationLabel phase={phase} />
      </td>
      {props.hasValue && (
        <td className={classes.value}>
          {[value, message].filter(Boolean).join(' – ')}
        </td>
      )}
    </tr>
  );
}
