import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { makeStyles } from '@material-ui/core/styles';
import { ActionButton } from '../../components/ActionButton';
import { kargoTranslationRef } from '../../translation';
import { TextInput } from '../../components/TextInput';
import { EntryRow } from './entryRows';

const useStyles = makeStyles(theme => ({
  row: {
    display: 'grid',
    gridTemplateColumns: 'minmax(0, 2fr) minmax(0, 3fr) max-content',
    gap: theme.spacing(1),
    alignItems: 'start',
    [theme.breakpoints.down('xs')]: {
      gridTemplateColumns: 'minmax(0, 1fr)',
    },
  },
  add: { alignSelf: 'flex-start' },
}));

/** Entries of a Secret or ConfigMap. Values of a Secret are typed unseen, and never shown. */
export function EntryEditor(props: {
  rows: EntryRow[];
  isSecret: boolean;
  onChange: (rows: EntryRow[]) => void;
}) {
  const classes = useStyles();
  const { t } = useTranslationRef(kargoTranslationRef);
  const { rows, isSecret, onChange } = props;
  const set = (id: number, change: Partial<EntryRow>) =>
    onChange(rows.map(row => (row.id === id ? { ...row, ...change } : row)));
  const nextId = Math.max(-1, ...rows.map(({ id }) => id)) + 1;
  return (
    <>
      {rows.map(row => {
        const isStored = row.stored !== undefined;
        return (
          <div key={row.id} className={classes.row}>
            <TextInput
              label={t('settings.key')}
              value={row.key}
              isReadOnly={isStored}
              onChange={key => set(row.id, { key })}
            />
            <TextInput
              label={
                row.key
                  ? t('settings.entryValue', { key: row.key })
                  : t('settings.value')
              }
              value={row.value}
              isSecret={isSecret}
              isMultiline={!isSecret}
              onChange={value => set(row.id, { value })}
              {...(isSecret &&
                isStored && { placeholder: t('settings.keptWhenEmpty') })}
            />
            <ActionButton
              onClick={() => onChange(rows.filter(({ id }) => id !== row.id))}
              label={t('settings.removeEntryOf', { key: row.key })}
              size="medium"
            >
              {t('settings.removeEntry')}
            </ActionButton>
          </div>
        );
      })}
      <ActionButton
        className={classes.add}
        onClick={() => onChange([...rows, { id: nextId, key: '', value: '' }])}
      >
        {t('settings.addEntry')}
      </ActionButton>
    </>
  );
}
