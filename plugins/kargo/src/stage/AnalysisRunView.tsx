import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { makeStyles } from '@material-ui/core/styles';
import {
  Measurement,
  MetricResult,
  VerificationInfo,
} from 'backstage-plugin-kargo-common';
import { FailureText } from '../components/FailureText';
import { RelativeTime } from '../components/RelativeTime';
import { VerificationLabel } from '../components/StateLabels';
import { useAnalysisRun } from '../queries/useAnalysisRun';
import { kargoTranslationRef } from '../translation';

const useStyles = makeStyles(theme => ({
  root: { flexBasis: '100%', minWidth: 0, overflowX: 'auto' },
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
  caption: {
    captionSide: 'top',
    textAlign: 'left',
    padding: theme.spacing(0.5, 0),
    fontWeight: 600,
    color: theme.palette.text.primary,
  },
  value: { overflowWrap: 'anywhere', minWidth: '4rem' },
}));

/** The metrics of a verification, each with its newest measurements. */
export function AnalysisRunView(props: {
  project: string;
  name: string;
  verification: Pick<VerificationInfo, 'phase'>;
}) {
  const classes = useStyles();
  const { t } = useTranslationRef(kargoTranslationRef);
  const { run, error } = useAnalysisRun(
    props.project,
    props.name,
    props.verification,
  );
  if (error) {
    return <FailureText message={error.message} />;
  }
  const results = run?.status?.metricResults ?? [];
  return (
    <div className={classes.root}>
      {run && results.length === 0 && t('verification.nothingMeasured')}
      {results.map(result => (
        <MetricTable key={result.name} result={result} />
      ))}
    </div>
  );
}

function MetricTable({ result }: { result: MetricResult }) {
  const classes = useStyles();
  const { t } = useTranslationRef(kargoTranslationRef);
  const { successful = 0, failed = 0, inconclusive = 0, error = 0 } = result;
  const newestFirst = [...(result.measurements ?? [])].reverse();
  return (
    <table className={classes.table}>
      <caption className={classes.caption}>
        {result.name} <VerificationLabel phase={result.phase} />{' '}
        {t('verification.counts', {
          successful: `${successful}`,
          failed: `${failed}`,
          inconclusive: `${inconclusive}`,
          error: `${error}`,
        })}
        {result.dryRun && ` (${t('verification.dryRun')})`}
        {result.message && ` – ${result.message}`}
      </caption>
      <thead>
        <tr>
          <th scope="col">{t('verification.measured')}</th>
          <th scope="col">{t('verification.result')}</th>
          <th scope="col">{t('verification.value')}</th>
        </tr>
      </thead>
      <tbody>
        {newestFirst.map((measurement, index) => (
          <MeasurementRow
            key={`${measurement.startedAt} ${newestFirst.length - index}`}
            measurement={measurement}
          />
        ))}
      </tbody>
    </table>
  );
}

function MeasurementRow({ measurement }: { measurement: Measurement }) {
  const classes = useStyles();
  const { phase, value, message, startedAt, finishedAt } = measurement;
  const time = finishedAt ?? startedAt;
  return (
    <tr>
      <td>{time && <RelativeTime time={time} />}</td>
      <td>
        <VerificationLabel phase={phase} />
      </td>
      <td className={classes.value}>
        {[value, message].filter(Boolean).join(' – ')}
      </td>
    </tr>
  );
}
