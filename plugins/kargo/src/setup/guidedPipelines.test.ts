import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  EMPTY_DRAFT,
  SetupDraft,
  STAGE_NAME,
  withMechanics,
} from './setupDraft';
import { setupText } from './setupManifests';

/** Pipelines that the guided set-up wrote, which `yarn conformance pipelines` runs. */
const CORPUS = join(__dirname, '../../../../test/corpus/pipelines/guided');

/** A draft of what its name says. */
function draftOf(
  name: string,
  mechanics: Parameters<typeof withMechanics>[1],
  warehouse: Partial<SetupDraft['warehouse']>,
  promotion: Partial<SetupDraft['promotion']>,
): SetupDraft {
  const draft = withMechanics(EMPTY_DRAFT, mechanics);
  return {
    project: { ...draft.project, name: `guided-${name}` },
    warehouse: { ...draft.warehouse, ...warehouse },
    stages: draft.stages.filter(stage => stage.name !== 'uat'),
    promotion: {
      ...draft.promotion,
      repoURL: `https://github.com/acme/${name}-deploy.git`,
      ...promotion,
    },
  };
}

const DRAFTS: Record<string, SetupDraft> = {
  kustomize: draftOf(
    'kustomize',
    { pattern: 'kustomize' },
    { repoURL: 'registry.example.com/acme/web', constraint: '^1.0.0' },
    { hasPullRequest: true, application: `web-${STAGE_NAME}` },
  ),
  helm: draftOf(
    'helm',
    { pattern: 'helm' },
    { repoURL: 'registry.example.com/acme/api' },
    { application: `api-${STAGE_NAME}` },
  ),
  commits: draftOf(
    'commits',
    { kind: 'git' },
    { repoURL: 'https://github.com/acme/texts.git', branch: 'main' },
    { key: 'texts.revision' },
  ),
};

it.each(Object.keys(DRAFTS))(
  'the pipeline “%s” of the corpus is what the set-up writes',
  name => {
    const stored = readFileSync(join(CORPUS, name, 'kargo.yaml'), 'utf8');
    expect(stored).toBe(setupText(DRAFTS[name]));
  },
);
