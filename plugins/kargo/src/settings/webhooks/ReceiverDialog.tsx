import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { WebhookReceiver } from 'backstage-plugin-kargo-common';
import { kargoTranslationRef } from '../../translation';
import { FormDialog } from '../FormDialog';
import { SelectInput } from '../../components/SelectInput';
import { TextInput } from '../../components/TextInput';
import { useWritten } from '../../components/useWritten';
import { FORM_TYPES, ReceiverForm, receiverOf } from './receiverRows';

const EMPTY: ReceiverForm = {
  name: '',
  type: 'github',
  secret: '',
  virtualRepoName: '',
};

/** Adds somebody who may tell the project of new versions. */
export function ReceiverDialog(props: {
  /** Names that are taken. */
  taken: string[];
  isPending: boolean;
  error: Error | null;
  onAdd: (receiver: WebhookReceiver) => void;
  onClose: () => void;
}) {
  const { t } = useTranslationRef(kargoTranslationRef);
  const [form, setForm] = useWritten('form', () => EMPTY);
  const set = (part: Partial<ReceiverForm>) => setForm({ ...form, ...part });
  return (
    <FormDialog
      title={t('settings.receivers.add')}
      problem={useProblem(form, props.taken)}
      isPending={props.isPending}
      error={props.error}
      onSave={() => props.onAdd(receiverOf(form))}
      onClose={props.onClose}
    >
      <TextInput
        label={t('settings.name')}
        value={form.name}
        onChange={name => set({ name })}
      />
      <SelectInput
        label={t('settings.sender')}
        value={form.type}
        options={FORM_TYPES}
        onChange={type => set({ type })}
      />
      <TextInput
        label={t('settings.secret')}
        value={form.secret}
        help={t('settings.receivers.secretHelp')}
        onChange={secret => set({ secret })}
      />
      {form.type === 'artifactory' && (
        <TextInput
          label={t('settings.receivers.virtualRepo')}
          value={form.virtualRepoName}
          help={t('settings.receivers.virtualRepoHelp')}
          onChange={virtualRepoName => set({ virtualRepoName })}
        />
      )}
    </FormDialog>
  );
}

function useProblem(
  { name, secret }: ReceiverForm,
  taken: string[],
): string | undefined {
  const { t } = useTranslationRef(kargoTranslationRef);
  if (!name.trim()) {
    return t('settings.nameMissing');
  }
  if (taken.includes(name.trim())) {
    return t('settings.receivers.taken', { name: name.trim() });
  }
  return secret.trim()
    ? undefined
    : t('settings.missing', { field: t('settings.secret') });
}
