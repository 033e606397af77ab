import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { ANNOTATIONS, NewRole } from 'backstage-plugin-kargo-common';
import { kargoTranslationRef } from '../../translation';
import { FormDialog } from '../FormDialog';
import { TextInput } from '../../components/TextInput';
import { useWritten } from '../../components/useWritten';
import { HolderFields } from './HolderFields';

const EMPTY = { name: '', description: '', claim: 'groups', value: '' };

/** Makes a role; what it allows is granted afterwards, right by right. */
export function NewRoleDialog(props: {
  isPending: boolean;
  error: Error | null;
  onCreate: (role: NewRole) => void;
  onClose: () => void;
}) {
  const { t } = useTranslationRef(kargoTranslationRef);
  const [form, setForm] = useWritten('form', () => EMPTY);
  const set = (part: Partial<typeof EMPTY>) => setForm({ ...form, ...part });
  return (
    <FormDialog
      title={t('settings.roles.create')}
      problem={form.name.trim() ? undefined : t('settings.nameMissing')}
      isPending={props.isPending}
      error={props.error}
      onSave={() => props.onCreate(roleOf(form))}
      onClose={props.onClose}
    >
      <TextInput
        label={t('settings.name')}
        value={form.name}
        onChange={name => set({ name })}
      />
      <TextInput
        label={t('table.description')}
        value={form.description}
        onChange={description => set({ description })}
      />
      <HolderFields holder={form} onChange={set} />
    </FormDialog>
  );
}

/** Nobody has a role without a value of its claim. */
function roleOf({ name, description, claim, value }: typeof EMPTY): NewRole {
  return {
    metadata: {
      name: name.trim(),
      ...(description && {
        annotations: { [ANNOTATIONS.description]: description },
      }),
    },
    ...(claim.trim() &&
      value.trim() && {
        claims: [{ name: claim.trim(), values: [value.trim()] }],
      }),
  };
}
