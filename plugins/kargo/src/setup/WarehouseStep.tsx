import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { SelectInput } from '../components/SelectInput';
import { TextInput } from '../components/TextInput';
import { kargoTranslationRef } from '../translation';
import { ManifestPreview } from './ManifestPreview';
import {
  SetupDraft,
  SetupFieldsProps,
  SOURCE_KINDS,
  withMechanics,
} from './setupDraft';
import { warehouseName } from './setupManifests';

/** Asks what is watched for new versions. */
export function WarehouseStep({ draft, onChange }: SetupFieldsProps) {
  const { t } = useTranslationRef(kargoTranslationRef);
  const { warehouse } = draft;
  const { kind, repoURL } = warehouse;
  const set = (part: Partial<SetupDraft['warehouse']>) =>
    onChange({ ...draft, warehouse: { ...warehouse, ...part } });
  return (
    <>
      <TextInput
        label={t('setup.field.warehouse')}
        value={warehouse.name}
        placeholder={warehouseName(draft)}
        onChange={name => set({ name })}
      />
      <SelectInput
        label={t('setup.field.kind')}
        value={kind}
        options={SOURCE_KINDS}
        nameOf={name => t(`setup.kind.${name}`)}
        onChange={wanted => onChange(withMechanics(draft, { kind: wanted }))}
      />
      <TextInput
        label={t('setup.field.repository')}
        value={repoURL}
        help={t(`setup.help.${kind}`)}
        onChange={value => set({ repoURL: value })}
      />
      {kind === 'chart' && !repoURL.startsWith('oci://') && (
        <TextInput
          label={t('setup.field.chart')}
          value={warehouse.chart}
          onChange={chart => set({ chart })}
        />
      )}
      {kind === 'git' ? (
        <TextInput
          label={t('setup.field.branch')}
          value={warehouse.branch}
          help={t('setup.help.branch')}
          onChange={branch => set({ branch })}
        />
      ) : (
        <TextInput
          label={t('setup.field.constraint')}
          value={warehouse.constraint}
          help={t('setup.help.constraint')}
          onChange={constraint => set({ constraint })}
        />
      )}
      <ManifestPreview draft={draft} step="warehouse" />
    </>
  );
}
