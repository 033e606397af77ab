import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { EntityInfoCard, useEntity } from '@backstage/plugin-catalog-react';
import {
  findPipelineScope,
  isKargoRequestError,
  PipelineScope,
} from 'backstage-plugin-kargo-common';
import Link from '@material-ui/core/Link';
import Typography from '@material-ui/core/Typography';
import { Link as RouterLink } from 'react-router-dom';
import { useKargoLinks } from '../components/KargoLinks';
import { EmptyView, ErrorView, SkeletonRows } from '../components/StateViews';
import { SystemBanner } from '../components/SystemBanner';
import { useNow } from '../components/useNow';
import { annotationExample } from '../pipeline/EntityPipelineContent';
import { ProjectGate } from '../project/ProjectGate';
import { KargoQueryProvider } from '../queries/KargoQueryProvider';
import { Pipeline, usePipeline } from '../queries/usePipeline';
import { kargoTranslationRef } from '../translation';
import { overviewRows } from './overviewModel';
import { OverviewTable } from './OverviewTable';

/** What runs in each Stage of the entity that the page is about. */
export function EntityDeliveriesCard() {
  const { t } = useTranslationRef(kargoTranslationRef);
  const { entity } = useEntity();
  const { entityPipeline } = useKargoLinks();
  const scope = findPipelineScope(entity);
  return (
    <EntityInfoCard
      title={t('overview.title')}
      {...(scope &&
        entityPipeline && {
          headerActions: (
            <Link component={RouterLink} to={entityPipeline} variant="body2">
              {t('overview.open')}
            </Link>
          ),
        })}
    >
      {scope ? (
        <KargoQueryProvider>
          <SystemBanner />
          <ProjectGate project={scope.project}>
            <Deliveries scope={scope} pipelineLink={entityPipeline} />
          </ProjectGate>
        </KargoQueryProvider>
      ) : (
        <EmptyView
          title={t('states.missingAnnotationTitle')}
          text={t('states.missingAnnotationText')}
          yaml={annotationExample(entity.metadata.name)}
        />
      )}
    </EntityInfoCard>
  );
}

function Deliveries(props: {
  scope: PipelineScope;
  pipelineLink: string | undefined;
}) {
  const { t } = useTranslationRef(kargoTranslationRef);
  const { project } = props.scope;
  const { pipeline, error, reload } = usePipeline(props.scope);
  const nowMs = useNow(60_000);
  if (isKargoRequestError(error, 403)) {
    return (
      <EmptyText
        text={`${t('states.deniedTitle')}. ${t('states.deniedText', {
          project,
          message: error.message,
        })}`}
      />
    );
  }
  if (error) {
    return <ErrorView error={error} onRetry={reload} />;
  }
  if (!pipeline) {
    return <SkeletonRows rows={3} />;
  }
  const rows = overviewRows({ ...pipeline, nowMs });
  return rows.length > 0 ? (
    <OverviewTable
      rows={rows}
      pipelineLink={props.pipelineLink}
      access={pipeline.access}
    />
  ) : (
    <EmptyText text={t(noRowsText(pipeline))} />
  );
}

/** Why there is nothing to tell, though there may be something of the pipeline. */
function noRowsText({ isProjectEmpty, stages, warehouses }: Pipeline) {
  if (isProjectEmpty) {
    return 'states.emptyPipelineText' as const;
  }
  if (stages.length > 0) {
    return 'states.onlyPassThroughText' as const;
  }
  return warehouses.length > 0
    ? ('states.noStagesText' as const)
    : ('states.emptyScopeText' as const);
}

function EmptyText(props: { text: string }) {
  return (
    <Typography variant="body2" color="textSecondary">
      {props.text}
    </Typography>
  );
}
