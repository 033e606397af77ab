import { useTranslationRef } from '@backstage/frontend-plugin-api';
import {
  RepoCredentials,
  RepoCredentialsChange,
  Secret,
} from 'backstage-plugin-kargo-common';
import { kargoTranslationRef } from '../../translation';
import { DataDialogProps } from '../data/useDataEditor';
import { FormDialog } from '../FormDialog';
import { SelectInput } from '../../components/SelectInput';
import { SwitchInput } from '../../components/SwitchInput';
import { TextInput } from '../../components/TextInput';
import { useWritten } from '../../components/useWritten';
import {
  CREDENTIAL_TYPES,
  credentialsChange,
  CredentialsForm,
  credentialsForm,
  EMPTY_FORM,
  missingFields,
} from './repoCredentials';

/** Writes credentials for repositories: new ones, or what changes of stored ones. */
export function RepoCredentialsDialog(
  props: DataDialogProps<
    Secret,
    RepoCredentials & { name: string },
    RepoCredentialsChange
  >,
) {
  const { t } = useTranslationRef(kargoTranslationRef);
  const { item } = props;
  const [form, setForm, before] = useWritten('form', () =>
    item ? credentialsForm(item) : EMPTY_FORM,
  );
  const change = credentialsChange(before, form);
  const [missing] = missingFields(form, !item);
  const unchanged =
    item && Object.keys(change).length === 0
      ? t('manifest.unchanged')
      : undefined;
  return (
    <FormDialog
      title={
        item
          ? t('settings.editOf', { name: item.metadata.name })
          : t('settings.createCredentials')
      }
      problem={
        missing
          ? t('settings.missing', { field: t(`settings.field.${missing}`) })
          : unchanged
      }
      isPending={props.isPending}
      error={props.error}
      onSave={() =>
        item ? props.onChange(form.name, change) : props.onCreate(created(form))
      }
      onClose={props.onClose}
    >
      <Fields
        form={form}
        isNew={!item}
        onChange={part => setForm({ ...form, ...part })}
      />
    </FormDialog>
  );
}

function created(form: CredentialsForm) {
  const { description, repoUrlIsRegex, ...rest } = form;
  return {
    ...rest,
    ...(description && { description }),
    ...(repoUrlIsRegex && { repoUrlIsRegex }),
  };
}

function Fields(props: {
  form: CredentialsForm;
  isNew: boolean;
  onChange: (part: Partial<CredentialsForm>) => void;
}) {
  const { t } = useTranslationRef(kargoTranslationRef);
  const { form, isNew, onChange } = props;
  return (
    <>
      {isNew && (
        <TextInput
          label={t('settings.field.name')}
          value={form.name}
          onChange={name => onChange({ name })}
        />
      )}
      <TypeField value={form.type} onChange={type => onChange({ type })} />
      <TextInput
        label={t('settings.field.repoUrl')}
        value={form.repoUrl}
        onChange={repoUrl => onChange({ repoUrl })}
      />
      <SwitchInput
        label={t('settings.urlIsPattern')}
        isOn={form.repoUrlIsRegex}
        onChange={repoUrlIsRegex => onChange({ repoUrlIsRegex })}
      />
      <TextInput
        label={t('settings.field.username')}
        value={form.username}
        onChange={username => onChange({ username })}
      />
      <TextInput
        label={t('settings.field.password')}
        value={form.password}
        isSecret
        onChange={password => onChange({ password })}
        {...(!isNew && { placeholder: t('settings.keptWhenEmpty') })}
      />
      <TextInput
        label={t('table.description')}
        value={form.description}
        onChange={description => onChange({ description })}
      />
    </>
  );
}

function TypeField(props: {
  value: CredentialsForm['type'];
  onChange: (value: CredentialsForm['type']) => void;
}) {
  const { t } = useTranslationRef(kargoTranslationRef);
  return (
    <SelectInput
      label={t('settings.type')}
      value={props.value}
      options={CREDENTIAL_TYPES}
      nameOf={type => t(`settings.credentialType.${type}`)}
      onChange={props.onChange}
    />
  );
}
