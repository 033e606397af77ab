import { useTranslationRef } from '@backstage/frontend-plugin-api';
import Typography from '@material-ui/core/Typography';
import Alert from '@material-ui/lab/Alert';
import { useMemo, useState } from 'react';
import { ActionButton } from '../components/ActionButton';
import { kargoTranslationRef } from '../translation';
import { manifestState } from './appliedManifests';
import { ManifestOutcomes } from './ManifestOutcomes';
import { SetupStep } from './setupDraft';
import { SetupDone } from './SetupDone';
import { LazyYamlEditor } from '../manifest/LazyYamlEditor';
import { ManifestCheckResult } from '../manifest/ManifestCheckResult';
import { joinManifests, splitManifests } from '../manifest/splitManifests';
import { useManifestCheck } from '../manifest/useManifestCheck';
import { StepButtons } from './StepButtons';
import { useApplyManifests } from './useApplyManifests';
import { Setup } from './useSetup';

/** Shows everything that would be made, to be changed and applied. */
export function ReviewStep(props: {
  setup: Setup;
  /** What is wrong in the manifests. */
  problem: string | undefined;
  onGo: (step: SetupStep) => void;
}) {
  const { t } = useTranslationRef(kargoTranslationRef);
  const { setup, problem } = props;
  const { text, edited, applied, setEdited } = setup;
  // The editor keeps its text; another one begins another editor.
  const [edition, setEdition] = useState(0);
  const parts = useMemo(
    () => (problem === undefined ? splitManifests(text) : []),
    [text, problem],
  );
  const waiting = parts.filter(
    part => manifestState(part, applied) !== 'applied',
  );
  const isBegun = parts.some(part => manifestState(part, applied) !== 'new');
  const apply = useApplyManifests(setup);
  const waitingText = joinManifests(waiting);
  const check = useManifestCheck('create', waitingText);
  if (parts.length > 0 && waiting.length === 0) {
    return <SetupDone parts={parts} applied={applied} onReset={setup.reset} />;
  }
  return (
    <>
      {edited !== undefined && (
        <Typography variant="body2" role="status">
          {t('setup.edited')}{' '}
          <ActionButton
            onClick={() => {
              setEdited(undefined);
              setEdition(edition + 1);
            }}
          >
            {t('setup.discardEdits')}
          </ActionButton>
        </Typography>
      )}
      <LazyYamlEditor
        key={edition}
        label={t('setup.manifests')}
        value={text}
        onChange={setEdited}
      />
      {parts.length > 0 && (
        <ManifestOutcomes
          parts={parts}
          applied={applied}
          outcomes={apply.data}
        />
      )}
      <ManifestCheckResult check={check} text={waitingText} />
      {apply.error && <Alert severity="error">{apply.error.message}</Alert>}
      <StepButtons current="review" problem={problem} onGo={props.onGo}>
        {!isBegun && (
          <ActionButton
            size="medium"
            variant="outlined"
            onClick={check.start}
            isPending={check.isPending}
            {...(problem !== undefined && { refusal: problem })}
          >
            {t('manifest.check')}
          </ActionButton>
        )}
        <ActionButton
          size="medium"
          variant="contained"
          onClick={() => apply.mutate(waiting)}
          isPending={apply.isPending}
          {...(problem !== undefined && { refusal: problem })}
        >
          {isBegun ? t('setup.applyRest') : t('setup.apply')}
        </ActionButton>
      </StepButtons>
    </>
  );
}
