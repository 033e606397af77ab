import { useTranslationRef } from '@backstage/frontend-plugin-api';
import {
  ANNOTATIONS,
  ConfigMap,
  DataChange,
  Secret,
} from 'backstage-plugin-kargo-common';
import { kargoTranslationRef } from '../../translation';
import { FormDialog } from '../FormDialog';
import { TextInput } from '../../components/TextInput';
import { useWritten } from '../../components/useWritten';
import { DataDialogProps } from './useDataEditor';
import { EntryEditor } from './EntryEditor';
import {
  changedEntries,
  entryProblem,
  EntryRow,
  newEntries,
  storedRows,
} from './entryRows';

/** What is written of a Secret or ConfigMap that is new. */
export interface NewData {
  name: string;
  data: Record<string, string>;
  description?: string;
}

/** The entries of a Secret or ConfigMap, as they are told: those of a Secret are redacted. */
export function entriesOf(
  item: (Secret | ConfigMap) & { stringData?: Record<string, string> },
): Record<string, string> {
  return { ...item.data, ...item.stringData };
}

type Props = DataDialogProps<Secret | ConfigMap, NewData, DataChange>;

/** Writes a Secret: a new one, or what changes of one. */
export function SecretDialog(props: Props) {
  return <DataDialog kind="Secret" {...props} />;
}

/** Writes a ConfigMap: a new one, or what changes of one. */
export function ConfigMapDialog(props: Props) {
  return <DataDialog kind="ConfigMap" {...props} />;
}

function DataDialog(props: Props & { kind: 'Secret' | 'ConfigMap' }) {
  const { t } = useTranslationRef(kargoTranslationRef);
  const { item, kind } = props;
  const isSecret = kind === 'Secret';
  const [rows, setRows, before] = useWritten<EntryRow[]>('rows', () =>
    item
      ? storedRows(entriesOf(item), isSecret)
      : [{ id: 0, key: '', value: '' }],
  );
  const storedName = item?.metadata.name;
  const [name, setName] = useWritten('name', () => storedName ?? '');
  const told = item?.metadata.annotations?.[ANNOTATIONS.description] ?? '';
  const [description, setDescription] = useWritten('description', () => told);
  const change: DataChange = {
    ...changedEntries(before, rows),
    ...(description !== told && { description }),
  };
  const rowsProblem = useEntryProblem(rows);
  const problem =
    (name ? undefined : t('settings.nameMissing')) ??
    rowsProblem ??
    (storedName && Object.keys(change).length === 0
      ? t('manifest.unchanged')
      : undefined);
  const save = () =>
    storedName === undefined
      ? props.onCreate({
          name,
          data: newEntries(rows),
          ...(description && { description }),
        })
      : props.onChange(storedName, change);
  return (
    <FormDialog
      title={
        storedName === undefined
          ? t('manifest.createTitle', { kind })
          : t('manifest.editTitle', { kind, name: storedName })
      }
      problem={problem}
      isPending={props.isPending}
      error={props.error}
      onSave={save}
      onClose={props.onClose}
    >
      {storedName === undefined && (
        <TextInput label={t('settings.name')} value={name} onChange={setName} />
      )}
      <TextInput
        label={t('table.description')}
        value={description}
        onChange={setDescription}
      />
      <EntryEditor rows={rows} isSecret={isSecret} onChange={setRows} />
    </FormDialog>
  );
}

function useEntryProblem(rows: EntryRow[]): string | undefined {
  const { t } = useTranslationRef(kargoTranslationRef);
  const problem = entryProblem(rows);
  switch (problem?.code) {
    case 'none':
      return t('settings.entryMissing');
    case 'noKey':
      return t('settings.missing', { field: t('settings.key') });
    case 'badKey':
      return t('settings.badKey', { key: problem.key });
    case 'twice':
      return t('settings.keyTwice', { key: problem.key });
    default:
      return undefined;
  }
}
