import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { Entity } from '@backstage/catalog-model';
import { useEntity } from '@backstage/plugin-catalog-react';
import Typography from '@material-ui/core/Typography';
import Alert from '@material-ui/lab/Alert';
import { KARGO_ENVIRONMENT_ANNOTATION } from 'backstage-plugin-kargo-common';
import { EmptyView, ErrorView, SkeletonRows } from '../components/StateViews';
import { SystemBanner } from '../components/SystemBanner';
import { useNow } from '../components/useNow';
import { annotationExample } from '../pipeline/EntityPipelineContent';
import { KargoQueryProvider } from '../queries/KargoQueryProvider';
import { kargoTranslationRef } from '../translation';
import { systemMatrix } from './systemMatrix';
import { SystemTable } from './SystemTable';
import { useSystem } from './useSystem';

/**
 * What runs where of the components of a system or a group that the page is about, or that
 * depend on an environment.
 */
export function SystemContent() {
  return (
    <KargoQueryProvider>
      <SystemBanner />
      <Deliveries />
    </KargoQueryProvider>
  );
}

/** The environments that an entity stands for; all of them for most entities. */
function environmentsOf(entity: Entity): (name: string) => boolean {
  const text = entity.metadata.annotations?.[KARGO_ENVIRONMENT_ANNOTATION];
  if (!text) {
    return () => true;
  }
  const names = new Set(text.split(',').map(name => name.trim()));
  return name => names.has(name);
}

function Deliveries() {
  const { t } = useTranslationRef(kargoTranslationRef);
  const { entity } = useEntity();
  const { components, failures, unseen, error, reload } = useSystem(entity);
  const nowMs = useNow(60_000);
  if (error && !components) {
    return <ErrorView error={error} onRetry={reload} />;
  }
  if (!components) {
    return <SkeletonRows rows={4} />;
  }
  if (components.length === 0 && failures.length === 0) {
    return (
      <EmptyView
        title={t('systemPage.emptyTitle')}
        text={t('systemPage.emptyText')}
        yaml={annotationExample('my-component')}
      />
    );
  }
  return (
    <>
      <Typography variant="h5" component="h2" gutterBottom>
        {t('overview.title')}
      </Typography>
      {failures.map(failure => (
        <Alert key={failure.project} severity="warning">
          {t('systemPage.failure', {
            project: failure.project,
            message: failure.error.message,
          })}
        </Alert>
      ))}
      {unseen > 0 && (
        <Typography variant="body2" gutterBottom>
          {t('systemPage.unseen', { count: unseen })}
        </Typography>
      )}
      {components.length > 0 && (
        <SystemTable
          matrix={systemMatrix(components, nowMs, environmentsOf(entity))}
        />
      )}
    </>
  );
}
