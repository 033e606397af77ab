import { useTranslationRef } from '@backstage/frontend-plugin-api';
import FormControl from '@material-ui/core/FormControl';
import FormControlLabel from '@material-ui/core/FormControlLabel';
import FormLabel from '@material-ui/core/FormLabel';
import Radio from '@material-ui/core/Radio';
import RadioGroup from '@material-ui/core/RadioGroup';
import { ANNOTATIONS } from 'backstage-plugin-kargo-common';
import { SwitchInput } from '../components/SwitchInput';
import { TextInput } from '../components/TextInput';
import { kargoTranslationRef } from '../translation';
import { ManifestPreview } from './ManifestPreview';
import {
  hasKey,
  patternsFor,
  PromotionPattern,
  SetupDraft,
  SetupFieldsProps,
  STAGE_NAME,
  withMechanics,
} from './setupDraft';

/** Asks how a version comes into the repository that is deployed from. */
export function PromotionStep({ draft, onChange }: SetupFieldsProps) {
  const { t } = useTranslationRef(kargoTranslationRef);
  const { promotion } = draft;
  const set = (part: Partial<SetupDraft['promotion']>) =>
    onChange({ ...draft, promotion: { ...promotion, ...part } });
  return (
    <>
      <PatternField draft={draft} onChange={onChange} />
      <TextInput
        label={t('setup.field.gitRepository')}
        value={promotion.repoURL}
        help={t('setup.help.gitRepository')}
        onChange={repoURL => set({ repoURL })}
      />
      <TextInput
        label={t('setup.field.gitBranch')}
        value={promotion.branch}
        onChange={branch => set({ branch })}
      />
      <TextInput
        label={t('setup.field.path')}
        value={promotion.path}
        help={t(hasKey(draft) ? 'setup.help.file' : 'setup.help.folder', {
          expression: STAGE_NAME,
        })}
        onChange={path => set({ path })}
      />
      {hasKey(draft) && (
        <TextInput
          label={t('setup.field.key')}
          value={promotion.key}
          help={t('setup.help.key')}
          onChange={key => set({ key })}
        />
      )}
      <SwitchInput
        label={t('setup.pullRequest')}
        isOn={promotion.hasPullRequest}
        onChange={hasPullRequest => set({ hasPullRequest })}
      />
      <TextInput
        label={t('setup.field.application')}
        value={promotion.application}
        help={t('setup.help.application', {
          annotation: `${ANNOTATIONS.authorizedStage}: ${draft.project.name}:${STAGE_NAME}`,
          expression: STAGE_NAME,
        })}
        onChange={application => set({ application })}
      />
      <ManifestPreview draft={draft} step="promotion" />
    </>
  );
}

function PatternField({ draft, onChange }: SetupFieldsProps) {
  const { t } = useTranslationRef(kargoTranslationRef);
  const { kind } = draft.warehouse;
  return (
    <FormControl component="fieldset">
      <FormLabel component="legend">{t('setup.field.pattern')}</FormLabel>
      <RadioGroup
        name="pattern"
        value={draft.promotion.pattern}
        onChange={(_, value) =>
          onChange(withMechanics(draft, { pattern: value as PromotionPattern }))
        }
      >
        {patternsFor(kind).map(pattern => (
          <FormControlLabel
            key={pattern}
            value={pattern}
            control={<Radio size="small" color="primary" />}
            label={t(
              pattern === 'helm' && kind === 'chart'
                ? 'setup.pattern.chart'
                : `setup.pattern.${pattern}`,
            )}
          />
        ))}
      </RadioGroup>
    </FormControl>
  );
}
