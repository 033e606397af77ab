import { stringifyEntityRef } from '@backstage/catalog-model';
import { useApi, useTranslationRef } from '@backstage/frontend-plugin-api';
import { catalogApiRef } from '@backstage/plugin-catalog-react';
import { useQuery } from '@tanstack/react-query';
import { TextInput } from '../components/TextInput';
import { kargoKeys } from '../queries/keys';
import { kargoTranslationRef } from '../translation';
import { ManifestPreview } from './ManifestPreview';
import { SetupDraft, SetupFieldsProps } from './setupDraft';

/** Most components of the catalog to choose from; others can be typed. */
const MOST_COMPONENTS = 500;

/** Asks how the project is called, and whose it is. */
export function ProjectStep({ draft, onChange }: SetupFieldsProps) {
  const { t } = useTranslationRef(kargoTranslationRef);
  const { project } = draft;
  const set = (part: Partial<SetupDraft['project']>) =>
    onChange({ ...draft, project: { ...project, ...part } });
  return (
    <>
      <TextInput
        label={t('setup.field.name')}
        value={project.name}
        help={t('setup.help.name')}
        onChange={name => set({ name })}
      />
      <TextInput
        label={t('table.description')}
        value={project.description}
        onChange={description => set({ description })}
      />
      <TextInput
        label={t('setup.field.entity')}
        value={project.entity}
        help={t('setup.help.entity')}
        suggestions={useComponents()}
        onChange={entity => set({ entity })}
      />
      <ManifestPreview draft={draft} step="project" />
    </>
  );
}

/** References of the components in the catalog. */
function useComponents(): string[] {
  const catalog = useApi(catalogApiRef);
  const { data = [] } = useQuery({
    queryKey: kargoKeys.components(),
    queryFn: async () => {
      const { items } = await catalog.getEntities({
        filter: { kind: 'component' },
        fields: ['kind', 'metadata.name', 'metadata.namespace'],
        limit: MOST_COMPONENTS,
      });
      return items.map(stringifyEntityRef).sort();
    },
  });
  return data;
}
