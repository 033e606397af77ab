import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { kargoTranslationRef } from '../../translation';
import { TextInput } from '../../components/TextInput';
import { RoleHolder } from './roleRows';

/** Asks for a claim and the value that whoever has the role carries. */
export function HolderFields(props: {
  holder: RoleHolder;
  onChange: (part: Partial<RoleHolder>) => void;
}) {
  const { t } = useTranslationRef(kargoTranslationRef);
  const { holder, onChange } = props;
  return (
    <>
      <TextInput
        label={t('settings.roles.claim')}
        value={holder.claim}
        help={t('settings.roles.claimHelp')}
        onChange={claim => onChange({ claim })}
      />
      <TextInput
        label={t('settings.value')}
        value={holder.value}
        help={t('settings.roles.valueHelp')}
        onChange={value => onChange({ value })}
      />
    </>
  );
}
