import { CopyTextButton } from '@backstage/core-components';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import Link from '@material-ui/core/Link';
import { makeStyles } from '@material-ui/core/styles';
import Typography from '@material-ui/core/Typography';
import Alert from '@material-ui/lab/Alert';
import {
  ANNOTATIONS,
  KARGO_PROJECT_ANNOTATION,
} from 'backstage-plugin-kargo-common';
import { Link as RouterLink } from 'react-router-dom';
import { parse } from 'yaml';
import { ActionButton } from '../components/ActionButton';
import { kargoTranslationRef } from '../translation';
import { AppliedManifests } from './appliedManifests';
import { ManifestOutcomes } from './ManifestOutcomes';
import { ManifestPart } from '../manifest/splitManifests';

const useStyles = makeStyles(theme => ({
  links: {
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    gap: theme.spacing(2),
  },
  code: { fontSize: '0.8125rem', overflowWrap: 'anywhere' },
}));

/** Whether a project says which entities own it. */
function namesEntity(project: ManifestPart | undefined): boolean {
  const manifest = parse(project?.text ?? '', { schema: 'failsafe' });
  return Boolean(manifest?.metadata?.annotations?.[ANNOTATIONS.entities]);
}

/** Leads on from a project that is set up. */
export function SetupDone(props: {
  parts: readonly ManifestPart[];
  applied: AppliedManifests;
  onReset: () => void;
}) {
  const classes = useStyles();
  const { t } = useTranslationRef(kargoTranslationRef);
  const { parts, applied } = props;
  const manifest = parts.find(({ kind }) => kind === 'Project');
  const project = manifest?.name ?? '';
  const pipeline = `../projects/${encodeURIComponent(project)}`;
  const annotation = `${KARGO_PROJECT_ANNOTATION}: ${project}`;
  return (
    <>
      <Alert severity="success" role="status">
        {t('setup.done', { project })}
      </Alert>
      <ManifestOutcomes parts={parts} applied={applied} outcomes={undefined} />
      <Typography variant="body2">
        {namesEntity(manifest)
          ? t('setup.nextCatalog')
          : t('setup.nextAnyEntity', { annotation: ANNOTATIONS.entities })}
      </Typography>
      <div className={classes.links}>
        <code className={classes.code}>{annotation}</code>
        <CopyTextButton text={annotation} aria-label={t('common.copy')} />
      </div>
      <Typography variant="body2">{t('setup.nextCredentials')}</Typography>
      <div className={classes.links}>
        <Link component={RouterLink} to={pipeline} relative="path">
          {t('setup.openPipeline')}
        </Link>
        <Link
          component={RouterLink}
          to={`${pipeline}/settings/credentials`}
          relative="path"
        >
          {t('settings.tabs.credentials')}
        </Link>
        <ActionButton size="medium" onClick={props.onReset}>
          {t('setup.another')}
        </ActionButton>
      </div>
    </>
  );
}
