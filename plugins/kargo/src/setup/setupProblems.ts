import { ResourceName } from 'backstage-plugin-kargo-common';
import { findMistake } from '../manifest/lintManifest';
import { hasKey, SetupDraft, SetupStep } from './setupDraft';
import { setupManifests, warehouseName } from './setupManifests';

/** A field of a step that must not be empty. */
export type SetupField =
  | 'name'
  | 'repository'
  | 'chart'
  | 'stage'
  | 'gitRepository'
  | 'gitBranch'
  | 'path'
  | 'key';

/** What keeps a step from being complete. */
export type SetupProblem =
  | { kind: 'missing'; field: SetupField }
  | { kind: 'no-stage' }
  | { kind: 'no-name'; name: string }
  | { kind: 'stage-twice'; name: string }
  /** What the schemas say, which the server admits manifests by. */
  | { kind: 'refused'; message: string };

/** What keeps a step from being complete, if anything does; `review` is judged by its text. */
export function setupProblem(
  draft: SetupDraft,
  step: SetupStep,
): SetupProblem | undefined {
  return (
    missingField(draft, step) ??
    badName(draft, step) ??
    (step === 'stages' ? stagesProblem(draft) : undefined) ??
    refusal(draft, step)
  );
}

function missingField(
  draft: SetupDraft,
  step: SetupStep,
): SetupProblem | undefined {
  const missing = requiredFields(draft, step).find(
    ([, value]) => value.trim() === '',
  );
  return missing && { kind: 'missing', field: missing[0] };
}

function requiredFields(
  draft: SetupDraft,
  step: SetupStep,
): Array<[SetupField, string]> {
  const { project, warehouse, stages, promotion } = draft;
  const isOfClassicRepository =
    warehouse.kind === 'chart' && !warehouse.repoURL.startsWith('oci://');
  switch (step) {
    case 'project':
      return [['name', project.name]];
    case 'warehouse':
      return [
        ['repository', warehouse.repoURL],
        ...(isOfClassicRepository
          ? [['chart', warehouse.chart] as [SetupField, string]]
          : []),
      ];
    case 'stages':
      return stages.map(({ name }) => ['stage', name]);
    case 'promotion':
      return [
        ['gitRepository', promotion.repoURL],
        ['gitBranch', promotion.branch],
        ['path', promotion.path],
        ...(hasKey(draft)
          ? [['key', promotion.key] as [SetupField, string]]
          : []),
      ];
    default:
      return [];
  }
}

/** The schemas leave names to the server. */
function badName(draft: SetupDraft, step: SetupStep): SetupProblem | undefined {
  const names: Partial<Record<SetupStep, string[]>> = {
    project: [draft.project.name],
    warehouse: [warehouseName(draft)],
    stages: draft.stages.map(({ name }) => name),
  };
  const name = names[step]?.find(text => !ResourceName.safeParse(text).success);
  return name === undefined ? undefined : { kind: 'no-name', name };
}

function stagesProblem({ stages }: SetupDraft): SetupProblem | undefined {
  if (stages.length === 0) {
    return { kind: 'no-stage' };
  }
  const names = stages.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  return twice === undefined ? undefined : { kind: 'stage-twice', name: twice };
}

function refusal(draft: SetupDraft, step: SetupStep): SetupProblem | undefined {
  const [message] = setupManifests(draft)
    .filter(manifest => manifest.step === step)
    .flatMap(({ text }) => findMistake(text) ?? []);
  return message === undefined ? undefined : { kind: 'refused', message };
}
