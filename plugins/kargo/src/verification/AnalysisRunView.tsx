import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { makeStyles } from '@material-ui/core/styles';
import { FailureText } from '../components/FailureText';
import { useAnalysisRun } from '../queries/useAnalysisRun';
import { kargoTranslationRef } from '../translation';
import { MetricView } from './MetricView';

const useStyles = makeStyles({
  root: { flexBasis: '100%', minWidth: 0, overflowX: 'auto' },
});

/** The metrics of a verification: how each is judged, its measurements, and what its job prints. */
export function AnalysisRunView(props: { project: string; name: string }) {
  const classes = useStyles();
  const { t } = useTranslationRef(kargoTranslationRef);
  const { run, error } = useAnalysisRun(props.project, props.name);
  // What was measured so far stays; above the page it says how old that is.
  if (error && !run) {
    return <FailureText message={error.message} />;
  }
  const results = run?.status?.metricResults ?? [];
  return (
    <div className={classes.root}>
      {run && results.length === 0 && t('verification.nothingMeasured')}
      {run &&
        results.map(result => (
          <MetricView
            key={result.name}
            project={props.project}
            run={run}
            result={result}
          />
        ))}
    </div>
  );
}
