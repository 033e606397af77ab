import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { useEntity } from '@backstage/plugin-catalog-react';
import {
  findPipelineScope,
  KARGO_PROJECT_ANNOTATION,
} from 'backstage-plugin-kargo-common';
import { EmptyView } from '../components/StateViews';
import { SystemBanner } from '../components/SystemBanner';
import { ProjectGate } from '../project/ProjectGate';
import { KargoQueryProvider } from '../queries/KargoQueryProvider';
import { kargoTranslationRef } from '../translation';
import { PipelineView } from './PipelineView';

/** The pipeline of the entity that the page is about. */
export function EntityPipelineContent() {
  const { entity } = useEntity();
  const { t } = useTranslationRef(kargoTranslationRef);
  const scope = findPipelineScope(entity);
  if (!scope) {
    return (
      <EmptyView
        title={t('states.missingAnnotationTitle')}
        text={t('states.missingAnnotationText')}
        yaml={annotationExample(entity.metadata.name)}
      />
    );
  }
  return (
    <KargoQueryProvider>
      <SystemBanner />
      <ProjectGate project={scope.project}>
        <PipelineView scope={scope} />
      </ProjectGate>
    </KargoQueryProvider>
  );
}

/** What to add to the catalog file of an entity. */
export function annotationExample(name: string): string {
  return `metadata:
  name: ${name}
  annotations:
    ${KARGO_PROJECT_ANNOTATION}: my-project
`;
}
