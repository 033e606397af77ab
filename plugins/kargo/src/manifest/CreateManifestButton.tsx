import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { useState } from 'react';
import { ActionButton } from '../components/ActionButton';
import { kargoTranslationRef } from '../translation';
import { ManifestDialog } from './ManifestDialog';
import { CreatableKind, manifestTemplate } from './manifestTemplates';

/** Creates something of one kind, beginning with a manifest that is valid. */
export function CreateManifestButton(props: {
  kind: CreatableKind;
  /** Absent of kinds that belong to no project. */
  project?: string;
  refusal?: string;
}) {
  const { t } = useTranslationRef(kargoTranslationRef);
  const [isOpen, setOpen] = useState(false);
  const { kind, project = '', refusal } = props;
  return (
    <>
      <ActionButton
        onClick={() => setOpen(true)}
        variant="outlined"
        {...(refusal !== undefined && { refusal })}
      >
        {t('settings.createKind', { kind })}
      </ActionButton>
      {isOpen && (
        <ManifestDialog
          title={t('manifest.createTitle', { kind })}
          verb="create"
          text={manifestTemplate(kind, project)}
          onClose={() => setOpen(false)}
        />
      )}
    </>
  );
}
