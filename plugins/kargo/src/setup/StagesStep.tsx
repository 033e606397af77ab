import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { makeStyles } from '@material-ui/core/styles';
import { ActionButton } from '../components/ActionButton';
import { SwitchInput } from '../components/SwitchInput';
import { TextInput } from '../components/TextInput';
import { kargoTranslationRef } from '../translation';
import { ManifestPreview } from './ManifestPreview';
import { SetupFieldsProps, StageDraft } from './setupDraft';

const useStyles = makeStyles(theme => ({
  list: {
    display: 'flex',
    flexDirection: 'column',
    gap: theme.spacing(1),
    margin: 0,
    padding: 0,
    listStyle: 'none',
  },
  row: {
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    gap: theme.spacing(1),
    '& > :first-child': { flex: '0 1 260px' },
  },
  add: { alignSelf: 'flex-start' },
}));

/** Asks for the Stages, in the order in which Freight goes through them. */
export function StagesStep({ draft, onChange }: SetupFieldsProps) {
  const classes = useStyles();
  const { t } = useTranslationRef(kargoTranslationRef);
  const { stages } = draft;
  const setStages = (changed: StageDraft[]) =>
    onChange({ ...draft, stages: changed });
  return (
    <>
      <ol className={classes.list}>
        {stages.map((stage, index) => (
          <li key={index}>
            <StageRow
              stage={stage}
              number={index + 1}
              isLast={index === stages.length - 1}
              onChange={changed =>
                setStages(
                  stages.map((one, at) => (at === index ? changed : one)),
                )
              }
              onRemove={() => setStages(stages.filter((_, at) => at !== index))}
              onMove={by => setStages(moved(stages, index, by))}
            />
          </li>
        ))}
      </ol>
      <ActionButton
        className={classes.add}
        variant="outlined"
        onClick={() => setStages([...stages, { name: '', isAutomatic: false }])}
      >
        {t('setup.addStage')}
      </ActionButton>
      <ManifestPreview draft={draft} step="stages" />
    </>
  );
}

function moved(stages: StageDraft[], index: number, by: -1 | 1): StageDraft[] {
  const others = stages.filter((_, at) => at !== index);
  const place = index + by;
  return [...others.slice(0, place), stages[index], ...others.slice(place)];
}

function StageRow(props: {
  stage: StageDraft;
  /** Counts from 1. */
  number: number;
  isLast: boolean;
  onChange: (stage: StageDraft) => void;
  onMove: (by: -1 | 1) => void;
  onRemove: () => void;
}) {
  const classes = useStyles();
  const { t } = useTranslationRef(kargoTranslationRef);
  const { stage, number, onMove } = props;
  const stageName =
    stage.name || t('setup.stageNumber', { number: `${number}` });
  return (
    <div className={classes.row}>
      <div>
        <TextInput
          label={t('setup.stageNumber', { number: `${number}` })}
          value={stage.name}
          onChange={name => props.onChange({ ...stage, name })}
        />
      </div>
      <SwitchInput
        label={t('setup.automatic')}
        name={t('settings.autoPromotionOf', { stage: stageName })}
        isOn={stage.isAutomatic}
        onChange={isAutomatic => props.onChange({ ...stage, isAutomatic })}
      />
      {number > 1 && (
        <ActionButton
          label={t('setup.earlier', { stage: stageName })}
          onClick={() => onMove(-1)}
        >
          {t('setup.up')}
        </ActionButton>
      )}
      {!props.isLast && (
        <ActionButton
          label={t('setup.later', { stage: stageName })}
          onClick={() => onMove(1)}
        >
          {t('setup.down')}
        </ActionButton>
      )}
      <ActionButton
        label={t('settings.removeEntryOf', { key: stageName })}
        onClick={props.onRemove}
      >
        {t('settings.removeEntry')}
      </ActionButton>
    </div>
  );
}
