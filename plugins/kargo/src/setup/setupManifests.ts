import {
  ANNOTATIONS,
  JsonObject,
  KARGO_API_VERSION,
} from 'backstage-plugin-kargo-common';
import { manifestYaml } from '../manifest/manifestText';
import { promotionTask } from './promotionSteps';
import { SetupDraft, SetupStep } from './setupDraft';

/** What the steps that all Stages share are called. */
const TASK = 'promote';

/** A manifest that the guided set-up writes, and the step that asks for what is in it. */
export interface SetupManifest {
  step: SetupStep;
  text: string;
}

/** The manifests of a draft, in the order in which they are applied. */
export function setupManifests(draft: SetupDraft): SetupManifest[] {
  return [
    { step: 'project', text: manifestYaml(projectManifest(draft)) },
    ...projectConfigs(draft).map(config => ({
      step: 'stages' as const,
      text: manifestYaml(config),
    })),
    { step: 'warehouse', text: manifestYaml(warehouseManifest(draft)) },
    { step: 'promotion', text: manifestYaml(taskManifest(draft)) },
    ...stageManifests(draft).map(stage => ({
      step: 'stages' as const,
      text: manifestYaml(stage),
    })),
  ];
}

/** All manifests of a draft as one text. */
export function setupText(draft: SetupDraft): string {
  return joined(setupManifests(draft));
}

/** The manifests that one step comes to, as one text. */
export function manifestsOf(draft: SetupDraft, wanted: SetupStep): string {
  return joined(setupManifests(draft).filter(({ step }) => step === wanted));
}

function joined(manifests: SetupManifest[]): string {
  return manifests.map(({ text }) => text).join('---\n');
}

/** What the Warehouse is called: as the project, unless told. */
export function warehouseName({ project, warehouse }: SetupDraft): string {
  return warehouse.name || project.name;
}

function named(kind: string, name: string, { project }: SetupDraft) {
  return {
    apiVersion: KARGO_API_VERSION,
    kind,
    metadata: { name, namespace: project.name },
  };
}

function projectManifest({ project }: SetupDraft): JsonObject {
  const annotations = {
    ...(project.description && {
      [ANNOTATIONS.description]: project.description,
    }),
    ...(project.entity && { [ANNOTATIONS.entities]: project.entity }),
  };
  return {
    apiVersion: KARGO_API_VERSION,
    kind: 'Project',
    metadata: {
      name: project.name,
      ...(Object.keys(annotations).length > 0 && { annotations }),
    },
  };
}

/** None where nothing is promoted automatically. */
function projectConfigs(draft: SetupDraft): JsonObject[] {
  const automatic = draft.stages.filter(({ isAutomatic }) => isAutomatic);
  const promotionPolicies = automatic.map(({ name }) => ({
    stageSelector: { name },
    autoPromotionEnabled: true,
  }));
  return automatic.length > 0
    ? [
        {
          ...named('ProjectConfig', draft.project.name, draft),
          spec: { promotionPolicies },
        },
      ]
    : [];
}

function warehouseManifest(draft: SetupDraft): JsonObject {
  return {
    ...named('Warehouse', warehouseName(draft), draft),
    spec: { subscriptions: [subscription(draft)] },
  };
}

function subscription({ warehouse }: SetupDraft): JsonObject {
  const { kind, repoURL, chart, branch, constraint } = warehouse;
  switch (kind) {
    case 'image':
      return { image: { repoURL, ...(constraint && { constraint }) } };
    case 'git':
      return { git: { repoURL, ...(branch && { branch }) } };
    default:
      return {
        chart: {
          repoURL,
          ...(chart && { name: chart }),
          ...(constraint && { semverConstraint: constraint }),
        },
      };
  }
}

function taskManifest(draft: SetupDraft): JsonObject {
  return {
    ...named('PromotionTask', TASK, draft),
    spec: promotionTask(draft),
  };
}

/** Each takes Freight from the one before it, and the first from the Warehouse. */
function stageManifests(draft: SetupDraft): JsonObject[] {
  return draft.stages.map(({ name }, index) => {
    const before = draft.stages.at(index - 1)?.name ?? '';
    const sources: JsonObject =
      index === 0 ? { direct: true } : { stages: [before] };
    const origin = { kind: 'Warehouse', name: warehouseName(draft) };
    return {
      ...named('Stage', name, draft),
      spec: {
        requestedFreight: [{ origin, sources }],
        promotionTemplate: {
          spec: { steps: [{ task: { name: TASK }, as: TASK }] },
        },
      },
    };
  });
}
