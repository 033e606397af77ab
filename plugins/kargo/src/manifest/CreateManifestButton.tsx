import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { ActionButton } from '../components/ActionButton';
import { kargoTranslationRef } from '../translation';
import { CreatableKind } from './manifestTemplates';
import { useManifestEditor } from './useManifestEditor';

/** Creates something of one kind, beginning with a manifest that is valid. */
export function CreateManifestButton(props: {
  kind: CreatableKind;
  /** Absent of kinds that belong to no project. */
  project?: string;
  refusal?: string;
}) {
  const { t } = useTranslationRef(kargoTranslationRef);
  const { create } = useManifestEditor();
  const { kind, project = '', refusal } = props;
  return (
    <ActionButton
      onClick={() => create(kind, project)}
      variant="outlined"
      {...(refusal !== undefined && { refusal })}
    >
      {t('settings.createKind', { kind })}
    </ActionButton>
  );
}
