import { useTranslationRef } from '@backstage/frontend-plugin-api';
import Typography from '@material-ui/core/Typography';
import {
  ANNOTATIONS,
  ConfigMap,
  DataChange,
  Secret,
} from 'backstage-plugin-kargo-common';
import { ActionButton } from '../../components/ActionButton';
import { Section } from '../../components/Section';
import { kargoTranslationRef } from '../../translation';
import { DeleteAction } from '../DeleteAction';
import { SettingsBody } from '../SettingsBody';
import { SettingsTable } from '../SettingsTable';
import {
  ConfigMapDialog,
  entriesOf,
  NewData,
  SecretDialog,
} from './DataDialog';
import { DataFamily } from './dataFamilies';
import { useDataEditor } from './useDataEditor';

/** Secrets or ConfigMaps of a place: listed with their keys, created, edited, deleted. */
export function DataSection<T extends Secret | ConfigMap>(props: {
  kind: 'Secret' | 'ConfigMap';
  title: string;
  text: string;
  family: DataFamily<T, NewData, DataChange>;
  /** Why the viewer may change nothing here. */
  refusal?: string;
}) {
  const { t } = useTranslationRef(kargoTranslationRef);
  const { kind, title } = props;
  const refused = props.refusal !== undefined && { refusal: props.refusal };
  const { query, remove, edit } = useDataEditor<T, NewData, DataChange>(
    props.family,
    kind === 'Secret' ? SecretDialog : ConfigMapDialog,
  );
  return (
    <Section
      title={title}
      action={
        query.data && (
          <ActionButton
            onClick={() => edit('new')}
            variant="outlined"
            {...refused}
          >
            {t('settings.createKind', { kind })}
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
            caption={title}
            items={items}
            columns={[
              {
                title: t('settings.keys'),
                cell: item => Object.keys(entriesOf(item)).join(', '),
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
                  text={t('settings.deleteDataText')}
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

/** What a person wrote about an object. */
export function descriptionOf(item: Secret | ConfigMap): string {
  return item.metadata.annotations?.[ANNOTATIONS.description] ?? '';
}
