import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { makeStyles } from '@material-ui/core/styles';
import { kargoTranslationRef } from '../translation';
import { SetupDraft, SetupStep } from './setupDraft';
import { manifestsOf } from './setupManifests';

const useStyles = makeStyles(theme => ({
  summary: { cursor: 'pointer', fontSize: '0.875rem' },
  yaml: {
    margin: theme.spacing(1, 0, 0),
    padding: theme.spacing(1.5),
    whiteSpace: 'pre-wrap',
    overflowWrap: 'anywhere',
    borderRadius: 8,
    backgroundColor: theme.palette.action.hover,
    fontSize: '0.75rem',
    lineHeight: 1.5,
  },
}));

/** The manifests that a step comes to. */
export function ManifestPreview(props: { draft: SetupDraft; step: SetupStep }) {
  const classes = useStyles();
  const { t } = useTranslationRef(kargoTranslationRef);
  const text = manifestsOf(props.draft, props.step);
  return (
    <details>
      <summary className={classes.summary}>{t('setup.preview')}</summary>
      <pre className={classes.yaml}>{text}</pre>
    </details>
  );
}
