import { useApi, useTranslationRef } from '@backstage/frontend-plugin-api';
import { useQuery } from '@tanstack/react-query';
import { formatKey } from 'backstage-plugin-kargo-common';
import { useMemo, useState } from 'react';
import useDebounce from 'react-use/esm/useDebounce';
import { useRefusal } from '../components/useRefusal';
import { kargoApiRef } from '../kargoApiRef';
import { findMistake } from '../manifest/lintManifest';
import { kargoKeys } from '../queries/keys';
import { useSystemAccess } from '../queries/useSystemAccess';
import { kargoTranslationRef } from '../translation';
import { SetupStep } from './setupDraft';
import { SetupProblem, setupProblem } from './setupProblems';
import { repeatedKey, splitManifests } from '../manifest/splitManifests';
import { Setup } from './useSetup';

/** What keeps each step from being complete, in a sentence. */
export type SetupProblems = Record<SetupStep, string | undefined>;

/** What keeps each step of a set-up from being complete. */
export function useSetupProblems({
  draft,
  text,
  applied,
}: Setup): SetupProblems {
  const { t } = useTranslationRef(kargoTranslationRef);
  const { name } = draft.project;
  const ownKey = formatKey({ kind: 'Project', namespace: '', name });
  const isTaken = useIsTaken(name) && !Object.hasOwn(applied, ownKey);
  const create = useRefusal(useSystemAccess()?.projects.create);
  // What was begun may be ended: of a project that is there, nobody is asked.
  const refusal = Object.keys(applied).length === 0 ? create : undefined;
  const mistake = useMemo(() => findMistake(text), [text]);
  const repeated = useMemo(
    () => (mistake ? undefined : repeatedKey(splitManifests(text))),
    [text, mistake],
  );
  const sayOf = (step: SetupStep) => {
    const problem = setupProblem(draft, step);
    return problem && problemText(t, problem);
  };
  return {
    project:
      refusal ??
      sayOf('project') ??
      (isTaken ? t('setup.taken', { name }) : undefined),
    warehouse: sayOf('warehouse'),
    stages: sayOf('stages'),
    promotion: sayOf('promotion'),
    review: mistake ?? (repeated && t('setup.repeated', { name: repeated })),
  };
}

type Translate = ReturnType<
  typeof useTranslationRef<(typeof kargoTranslationRef)['T']>
>['t'];

function problemText(t: Translate, problem: SetupProblem): string {
  switch (problem.kind) {
    case 'missing':
      return t('settings.missing', {
        field: t(`setup.field.${problem.field}`),
      });
    case 'no-name':
      return t('setup.noName', { name: problem.name });
    case 'no-stage':
      return t('setup.noStage');
    case 'stage-twice':
      return t('setup.stageTwice', { name: problem.name });
    default:
      return problem.message;
  }
}

/** Whether a project has this name already, as far as the viewer may know. */
function useIsTaken(name: string): boolean {
  const api = useApi(kargoApiRef);
  const [asked, setAsked] = useState(name);
  useDebounce(() => setAsked(name), 250, [name]);
  const { data } = useQuery({
    queryKey: kargoKeys.projectsNamed(asked),
    queryFn: ({ signal }) => api.listProjects({ filter: asked }, { signal }),
    enabled: asked !== '',
  });
  return data?.items?.some(({ metadata }) => metadata.name === name) ?? false;
}
