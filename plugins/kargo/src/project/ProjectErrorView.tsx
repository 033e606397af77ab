import { useTranslationRef } from '@backstage/frontend-plugin-api';
import Link from '@material-ui/core/Link';
import { makeStyles } from '@material-ui/core/styles';
import { isKargoRequestError } from 'backstage-plugin-kargo-common';
import { Link as RouterLink } from 'react-router-dom';
import { ActionButton } from '../components/ActionButton';
import { useKargoLinks } from '../components/KargoLinks';
import { EmptyView, ErrorView } from '../components/StateViews';
import { CreateManifestButton } from '../manifest/CreateManifestButton';
import { manifestTemplate } from '../manifest/manifestTemplates';
import { kargoTranslationRef } from '../translation';

const useStyles = makeStyles(theme => ({
  actions: {
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    gap: theme.spacing(1, 2),
  },
}));

/** The state of a project that could not be loaded: refused, absent or broken. */
export function ProjectErrorView(props: {
  project: string;
  error: Error;
  onRetry: () => void;
}) {
  const { t } = useTranslationRef(kargoTranslationRef);
  const { project, error, onRetry } = props;
  if (isKargoRequestError(error, 403)) {
    return (
      <EmptyView
        title={t('states.deniedTitle')}
        text={t('states.deniedText', { project, message: error.message })}
        action={
          <ActionButton onClick={onRetry} variant="outlined">
            {t('common.retry')}
          </ActionButton>
        }
      />
    );
  }
  return isKargoRequestError(error, 404) ? (
    <MissingProject project={project} onRetry={onRetry} />
  ) : (
    <ErrorView error={error} onRetry={onRetry} />
  );
}

/** A project that there is not, or not any more: it can be made here and now. */
export function MissingProject(props: {
  project: string;
  /** Whether it went while somebody looked at it. */
  wasThere?: boolean;
  onRetry: () => void;
}) {
  const classes = useStyles();
  const { t } = useTranslationRef(kargoTranslationRef);
  const { projects } = useKargoLinks();
  const { project, wasThere = false, onRetry } = props;
  return (
    <EmptyView
      title={t(
        wasThere ? 'states.goneProjectTitle' : 'states.missingProjectTitle',
        { project },
      )}
      text={t(
        wasThere ? 'states.goneProjectText' : 'states.missingProjectText',
      )}
      isNews={wasThere}
      yaml={manifestTemplate('Project', project)}
      action={
        <div className={classes.actions}>
          <CreateManifestButton kind="Project" project={project} />
          {projects && (
            <Link
              component={RouterLink}
              to={`${projects}/setup`}
              variant="body2"
            >
              {t('setup.title')}
            </Link>
          )}
          {projects && (
            <Link component={RouterLink} to={projects} variant="body2">
              {t('projects.back')}
            </Link>
          )}
          <ActionButton onClick={onRetry}>{t('common.retry')}</ActionButton>
        </div>
      }
    />
  );
}
