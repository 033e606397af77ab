import { useApi, useTranslationRef } from '@backstage/frontend-plugin-api';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from 'react-router-dom';
import { kargoApiRef } from '../../kargoApiRef';
import { ManifestSection } from '../../manifest/ManifestSection';
import { kargoKeys } from '../../queries/keys';
import { useAccess } from '../../queries/usePipeline';
import { kargoTranslationRef } from '../../translation';
import { SettingsBody } from '../SettingsBody';

/** The project itself: its manifest, and its end. */
export function GeneralTab(props: { project: string }) {
  const { t } = useTranslationRef(kargoTranslationRef);
  const api = useApi(kargoApiRef);
  const navigate = useNavigate();
  const { project } = props;
  const access = useAccess(project);
  const query = useQuery({
    queryKey: kargoKeys.project(project),
    queryFn: ({ signal }) => api.getProject({ project }, { signal }),
  });
  return (
    <SettingsBody query={query}>
      {loaded => (
        <ManifestSection
          title={t('settings.project')}
          resource={loaded}
          manage={access?.project.manage}
          deleteText={t('settings.deleteProjectText')}
          // From `…/kargo/projects/NAME/settings/general` to all projects.
          onDeleted={() => navigate('../../../..', { relative: 'path' })}
        />
      )}
    </SettingsBody>
  );
}
