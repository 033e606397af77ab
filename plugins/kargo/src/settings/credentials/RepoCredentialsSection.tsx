import { useTranslationRef } from '@backstage/frontend-plugin-api';
import Typography from '@material-ui/core/Typography';
import { Secret } from 'backstage-plugin-kargo-common';
import { ActionButton } from '../../components/ActionButton';
import { Section } from '../../components/Section';
import { kargoTranslationRef } from '../../translation';
import { descriptionOf } from '../data/DataSection';
import { RepoCredentialsFamily } from '../data/dataFamilies';
import { useDataEditor } from '../data/useDataEditor';
import { DeleteAction } from '../DeleteAction';
import { SettingsBody } from '../SettingsBody';
import { SettingsTable } from '../SettingsTable';
import { credentialsForm } from './repoCredentials';
import { RepoCredentialsDialog } from './RepoCredentialsDialog';

/** Credentials for repositories: which repositories they are for, never what they are. */
export function RepoCredentialsSection(props: {
  text: string;
  family: RepoCredentialsFamily;
  /** Why the viewer may change nothing here. */
  refusal?: string;
}) {
  const { t } = useTranslationRef(kargoTranslationRef);
  const refused = props.refusal !== undefined && { refusal: props.refusal };
  const { query, remove, edit } = useDataEditor(
    props.family,
    RepoCredentialsDialog,
  );
  return (
    <Section
      title={t('settings.repoCredentials')}
      action={
        query.data && (
          <ActionButton
            onClick={() => edit('new')}
            variant="outlined"
            {...refused}
          >
            {t('settings.createCredentials')}
          </ActionButton>
        )
      }
    >
      <Typography variant="body2" gutterBottom>
        {props.text}
      </Typography>
      <SettingsBody query={query}>
        {items => (
          <SettingsTable
            caption={t('settings.repoCredentials')}
            items={items}
            columns={[
              {
                title: t('settings.type'),
                cell: item => <Type item={item} />,
              },
              {
                title: t('settings.field.repoUrl'),
                isLong: true,
                cell: item => <Repository item={item} />,
              },
              {
                title: t('settings.field.username'),
                cell: item => credentialsForm(item).username,
              },
              { title: t('table.description'), cell: descriptionOf },
            ]}
            actions={item => (
              <>
                <ActionButton
                  onClick={() => edit(item)}
                  label={t('settings.editOf', { name: item.metadata.name })}
                  {...refused}
                >
                  {t('manifest.edit')}
                </ActionButton>
                <DeleteAction
                  item={item}
                  text={t('settings.deleteCredentialsText')}
                  remove={remove}
                  {...refused}
                />
              </>
            )}
          />
        )}
      </SettingsBody>
    </Section>
  );
}

function Type(props: { item: Secret }) {
  const { t } = useTranslationRef(kargoTranslationRef);
  return (
    <>{t(`settings.credentialType.${credentialsForm(props.item).type}`)}</>
  );
}

function Repository(props: { item: Secret }) {
  const { t } = useTranslationRef(kargoTranslationRef);
  const { repoUrl, repoUrlIsRegex } = credentialsForm(props.item);
  return (
    <>
      {repoUrlIsRegex ? t('settings.pattern', { pattern: repoUrl }) : repoUrl}
    </>
  );
}
