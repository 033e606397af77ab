import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { Resource } from 'backstage-plugin-kargo-common';
import { useOpenDialog } from '../components/useOpenDialog';
import { kargoTranslationRef } from '../translation';
import { ManifestDialog } from './ManifestDialog';
import { CreatableKind, manifestTemplate } from './manifestTemplates';
import { editableManifest } from './manifestText';

/** Opens the editor of manifests, which stays open until the person closes it. */
export function useManifestEditor() {
  const { t } = useTranslationRef(kargoTranslationRef);
  const open = useOpenDialog();
  return {
    /** Begins with a manifest that is valid. */
    create: (kind: CreatableKind, project: string) =>
      open(close => (
        <ManifestDialog
          title={t('manifest.createTitle', { kind })}
          verb="create"
          text={manifestTemplate(kind, project)}
          onClose={close}
        />
      )),
    /** Begins with what is stored. */
    edit: (resource: Resource) =>
      open(close => (
        <ManifestDialog
          title={t('manifest.editTitle', {
            kind: resource.kind,
            name: resource.metadata.name,
          })}
          verb="update"
          text={editableManifest(resource)}
          onClose={close}
        />
      )),
  };
}
