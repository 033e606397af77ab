import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { kargoTranslationRef } from '../../translation';
import { FormDialog } from '../FormDialog';
import { SelectInput } from '../../components/SelectInput';
import { TextInput } from '../../components/TextInput';
import { useWritten } from '../../components/useWritten';
import { RoleRow } from './roleRows';

/** Makes a token that acts as a role. */
export function NewTokenDialog(props: {
  roles: RoleRow[];
  isPending: boolean;
  error: Error | null;
  onCreate: (token: { role: string; name: string }) => void;
  onClose: () => void;
}) {
  const { t } = useTranslationRef(kargoTranslationRef);
  const [name, setName] = useWritten('name', () => '');
  const [role, setRole] = useWritten('role', () => '');
  const missingRole = role
    ? undefined
    : t('settings.missing', { field: t('settings.roles.kind') });
  return (
    <FormDialog
      title={t('settings.tokens.create')}
      problem={name.trim() ? missingRole : t('settings.nameMissing')}
      isPending={props.isPending}
      error={props.error}
      onSave={() => props.onCreate({ role, name: name.trim() })}
      onClose={props.onClose}
    >
      <TextInput label={t('settings.name')} value={name} onChange={setName} />
      <SelectInput
        label={t('settings.roles.kind')}
        value={role}
        options={props.roles.map(({ metadata }) => metadata.name)}
        onChange={setRole}
      />
    </FormDialog>
  );
}
