import { useTranslationRef } from '@backstage/frontend-plugin-api';
import FormControlLabel from '@material-ui/core/FormControlLabel';
import Radio from '@material-ui/core/Radio';
import RadioGroup from '@material-ui/core/RadioGroup';
import {
  findResourceTypeProblem,
  RoleChange,
} from 'backstage-plugin-kargo-common';
import { kargoTranslationRef } from '../../translation';
import { FormDialog } from '../FormDialog';
import { TextInput } from '../../components/TextInput';
import { useWritten } from '../../components/useWritten';
import { HolderFields } from './HolderFields';
import { holderChange, rightChange, RoleRow, wordsOf } from './roleRows';

/** What the dialog holds; of both kinds, so that changing one's mind loses nothing. */
interface GrantForm {
  to: 'people' | 'right';
  claim: string;
  value: string;
  resource: string;
  name: string;
  verbs: string;
}

const EMPTY: GrantForm = {
  to: 'people',
  claim: 'groups',
  value: '',
  resource: 'stages',
  name: '',
  verbs: '',
};

/** Gives a role to somebody, or a right to the role. */
export function GrantDialog(props: {
  role: RoleRow;
  isPending: boolean;
  error: Error | null;
  onGrant: (change: RoleChange) => void;
  onClose: () => void;
}) {
  const { t } = useTranslationRef(kargoTranslationRef);
  const [form, setForm] = useWritten('form', () => EMPTY);
  const set = (part: Partial<GrantForm>) => setForm({ ...form, ...part });
  const { metadata, isPredefined } = props.role;
  return (
    <FormDialog
      title={t('settings.roles.grantOf', { name: metadata.name })}
      problem={useGrantProblem(form)}
      isPending={props.isPending}
      error={props.error}
      onSave={() => props.onGrant(changeOf(metadata.name, form))}
      onClose={props.onClose}
    >
      {!isPredefined && (
        <RadioGroup
          row
          aria-label={t('settings.roles.grant')}
          value={form.to}
          onChange={(_, to) => set({ to: to as GrantForm['to'] })}
        >
          {(['people', 'right'] as const).map(to => (
            <FormControlLabel
              key={to}
              value={to}
              control={<Radio size="small" color="primary" />}
              label={t(`settings.roles.grantTo.${to}`)}
            />
          ))}
        </RadioGroup>
      )}
      {form.to === 'people' ? (
        <HolderFields holder={form} onChange={set} />
      ) : (
        <RightFields form={form} onChange={set} />
      )}
    </FormDialog>
  );
}

function RightFields(props: {
  form: GrantForm;
  onChange: (part: Partial<GrantForm>) => void;
}) {
  const { t } = useTranslationRef(kargoTranslationRef);
  const { form, onChange } = props;
  return (
    <>
      <TextInput
        label={t('settings.roles.resource')}
        value={form.resource}
        help={t('settings.roles.resourceHelp')}
        onChange={resource => onChange({ resource })}
      />
      <TextInput
        label={t('settings.roles.objectName')}
        value={form.name}
        help={t('settings.roles.objectNameHelp')}
        onChange={name => onChange({ name })}
      />
      <TextInput
        label={t('settings.roles.verbs')}
        value={form.verbs}
        help={t('settings.roles.verbsHelp')}
        onChange={verbs => onChange({ verbs })}
      />
    </>
  );
}

function useGrantProblem(form: GrantForm): string | undefined {
  const { t } = useTranslationRef(kargoTranslationRef);
  const missing = (field: string) => t('settings.missing', { field });
  if (form.to === 'people') {
    if (!form.claim.trim()) {
      return missing(t('settings.roles.claim'));
    }
    return form.value.trim() ? undefined : missing(t('settings.value'));
  }
  if (!form.resource.trim()) {
    return missing(t('settings.roles.resource'));
  }
  return (
    findResourceTypeProblem(form.resource.trim()) ??
    (wordsOf(form.verbs).length > 0
      ? undefined
      : missing(t('settings.roles.verbs')))
  );
}

function changeOf(role: string, form: GrantForm): RoleChange {
  return form.to === 'people'
    ? holderChange(role, {
        claim: form.claim.trim(),
        value: form.value.trim(),
      })
    : rightChange(role, {
        resource: form.resource.trim(),
        ...(form.name.trim() && { name: form.name.trim() }),
        verbs: wordsOf(form.verbs),
      });
}
