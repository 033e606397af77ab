import { useTranslationRef } from '@backstage/frontend-plugin-api';
import Alert from '@material-ui/lab/Alert';
import { ResourceResult } from 'backstage-plugin-kargo-common';
import { kargoTranslationRef } from '../translation';
import { splitManifests } from './splitManifests';
import { ManifestCheck } from './useManifestCheck';

/** What the portal would make of a text: what it would refuse, what may surprise, or nothing. */
export function ManifestCheckResult(props: {
  check: Pick<ManifestCheck, 'results' | 'error'>;
  text: string;
}) {
  const { t } = useTranslationRef(kargoTranslationRef);
  const { results, error } = props.check;
  if (error) {
    return <Alert severity="error">{error.message}</Alert>;
  }
  if (!results) {
    return null;
  }
  const parts = splitManifests(props.text);
  const say = (index: number, message: string) =>
    parts.length > 1
      ? t('manifest.checkNamed', { name: parts[index]?.key ?? '', message })
      : message;
  const told = results.flatMap(({ error: refusal, warnings = [] }, index) => [
    ...(refusal
      ? [{ severity: 'error' as const, text: say(index, refusal) }]
      : []),
    ...warnings.map(warning => ({
      severity: 'warning' as const,
      text: say(index, warning),
    })),
  ]);
  return (
    <>
      {told.map(({ severity, text }) => (
        <Alert key={text} severity={severity}>
          {text}
        </Alert>
      ))}
      {results.every((result: ResourceResult) => !result.error) && (
        <Alert severity="success">{t('manifest.checkPassed')}</Alert>
      )}
    </>
  );
}
