import { useTranslationRef } from '@backstage/frontend-plugin-api';
import Typography from '@material-ui/core/Typography';
import { Secret } from 'backstage-plugin-kargo-common';
import { useState } from 'react';
import { ActionButton } from '../../components/ActionButton';
import { Section } from '../../components/Section';
import { kargoTranslationRef } from '../../translation';
import { descriptionOf } from '../data/DataSection';
import { RepoCredentialsFamily } from '../data/dataFamilies';
import { useDataFamily } from '../data/useDataFamily';
import { DeleteAction } from '../DeleteAction';
import { SettingsBody } from '../SettingsBody';
import { SettingsTable } from '../SettingsTable';
import { credentialsForm } from './repoCredentials';
import { RepoCredentialsDialog } from './RepoCredentialsDialog';

/** Credentials for repositories: which repositories they are for, never what they are. */
export function RepoCredentialsSection(props: {
  text: string;
  family: RepoCredentialsFamily;
}) {
  const { t } = useTranslationRef(kargoTranslationRef);
  const { query, create, change, remove } = useDataFamily(props.family);
  const [edited, setEdited] = useState<Secret | 'new'>();
  const saving = edited === 'new' ? create : change;
  const close = () => {
    setEdited(undefined);
    create.reset();
    change.reset();
  };
  return (
    <Section
      title={t('settings.repoCredentials')}
      action={
        query.data && (
          <ActionButton onClick={() => setEdited('new')} variant="outlined">
            {t('settings.createCredentials')}
          </ActionButton>
        )
      }
    >
      <Typography variant="body2" gutterBottom>
        {props.text}
      </Typography>
      <SettingsBody query={query}>
        {items =>
          items.length === 0 ? (
            <Typography variant="body2">{t('settings.noneYet')}</Typography>
          ) : (
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
                    onClick={() => setEdited(item)}
                    label={t('settings.editOf', { name: item.metadata.name })}
                  >
                    {t('manifest.edit')}
                  </ActionButton>
                  <DeleteAction
                    item={item}
                    text={t('settings.deleteCredentialsText')}
                    remove={remove}
                  />
                </>
              )}
            />
          )
        }
      </SettingsBody>
      {edited && (
        <RepoCredentialsDialog
          {...(edited !== 'new' && { item: edited })}
          isPending={saving.isPending}
          error={saving.error}
          onCreate={body => create.mutate(body, { onSuccess: close })}
          onChange={(name, body) =>
            change.mutate({ name, body }, { onSuccess: close })
          }
          onClose={close}
        />
      )}
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
