import {
  PromotionTaskReference,
  PromotionTaskSpec,
  Resource,
  Stage,
  StageSpec,
  Verification,
} from 'backstage-plugin-kargo-common';
import { z } from 'zod';
import { inTurns } from '../../foreign/inTurns';
import { Installation } from '../../logic/admission/Installation';
import { installationWarnings } from '../../logic/admission/warnings';
import { problemOfCount } from '../../logic/promotion/taskInflation';
import { ResourceStore } from '../../ports/ResourceStore';

type Finder = Pick<ResourceStore, 'find'>;
type TemplateReference = NonNullable<
  z.output<typeof Verification>['analysisTemplates']
>[number];
type NamedKey =
  | ReturnType<typeof taskKey>
  | ReturnType<typeof templateKey>
  | SourceKey;
/** A Warehouse or a Stage that Freight comes from. */
interface SourceKey {
  kind: 'Warehouse' | 'Stage';
  namespace: string;
  name: string;
}

/**
 * What a Stage, and the tasks and templates that it names, ask for and will not get, where its
 * Freight comes from that is not there, and that they have too many steps: a sentence each, which
 * says where. Each ends the first Promotion, or the first verification, that comes to it, or keeps
 * Freight from coming to one.
 */
export async function findLacks(
  stage: Stage,
  store: Finder,
  installation: Installation,
): Promise<string[]> {
  const namespace = stage.metadata.namespace ?? '';
  const tasks = new Map<PromotionTaskReference, PromotionTaskSpec>();
  const named = await Promise.all([
    ...taskReferences(stage.spec).map(async ([place, reference]) => {
      const task = await store.find(taskKey(reference, namespace));
      if (task) {
        tasks.set(reference, task.spec);
      }
      return task
        ? lacksOf(task, installation)
        : [missingTask(place, reference)];
    }),
    ...templateReferences(stage.spec).map(async ([place, reference]) => {
      const template = await store.find(templateKey(reference, namespace));
      return template
        ? lacksOf(template, installation)
        : [missingTemplate(place, reference)];
    }),
    ...sources(stage.spec, namespace).map(async ([place, key]) =>
      (await store.find(key)) ? [] : [missingSource(place, key)],
    ),
  ]);
  const problem = problemOfCount(
    stage.spec.promotionTemplate?.spec.steps ?? [],
    reference => tasks.get(reference),
  );
  return [
    ...new Set([
      ...(await inTurns(installationWarnings(stage, installation))),
      ...named.flat(),
      ...(problem ? [`spec.promotionTemplate.spec.steps: ${problem}`] : []),
    ]),
  ];
}

async function lacksOf(
  named: Resource,
  installation: Installation,
): Promise<string[]> {
  const warnings = await inTurns(installationWarnings(named, installation));
  return warnings.map(
    warning => `${named.kind} '${named.metadata.name}': ${warning}`,
  );
}

/**
 * The tasks, analysis templates, Warehouses and Stages that a Stage names and nobody has made
 * yet, a sentence each.
 *
 * @param isThere - tells whether one exists, or is taken for made
 */
export async function findMissing(
  spec: StageSpec,
  namespace: string,
  isThere: (key: NamedKey) => Promise<boolean>,
): Promise<string[]> {
  const found = await Promise.all([
    ...taskReferences(spec).map(async ([place, reference]) =>
      (await isThere(taskKey(reference, namespace)))
        ? []
        : [missingTask(place, reference)],
    ),
    ...templateReferences(spec).map(async ([place, reference]) =>
      (await isThere(templateKey(reference, namespace)))
        ? []
        : [missingTemplate(place, reference)],
    ),
    ...sources(spec, namespace).map(async ([place, key]) =>
      (await isThere(key)) ? [] : [missingSource(place, key)],
    ),
  ]);
  return found.flat();
}

function taskReferences(
  spec: StageSpec,
): Array<[place: string, task: PromotionTaskReference]> {
  return (spec.promotionTemplate?.spec.steps ?? []).flatMap(({ task }, index) =>
    task ? [[`spec.promotionTemplate.spec.steps[${index}].task`, task]] : [],
  );
}

function templateReferences(
  spec: StageSpec,
): Array<[place: string, template: TemplateReference]> {
  return (spec.verification?.analysisTemplates ?? []).map((template, index) => [
    `spec.verification.analysisTemplates[${index}]`,
    template,
  ]);
}

/** Where the Freight of a Stage comes from: its Warehouses, and the Stages before it. */
function sources(
  { requestedFreight }: StageSpec,
  namespace: string,
): Array<[place: string, key: SourceKey]> {
  return requestedFreight.flatMap(({ origin, sources: { stages = [] } }, i) => {
    const place = `spec.requestedFreight[${i}]`;
    return [
      [
        `${place}.origin`,
        { kind: 'Warehouse', namespace, name: origin.name },
      ] as const,
      ...stages.map(
        (name, j) =>
          [
            `${place}.sources.stages[${j}]`,
            { kind: 'Stage', namespace, name },
          ] as const,
      ),
    ].map(([where, key]): [string, SourceKey] => [where, key]);
  });
}

function taskKey(
  { kind = 'PromotionTask', name }: PromotionTaskReference,
  namespace: string,
) {
  return {
    kind,
    namespace: kind === 'PromotionTask' ? namespace : '',
    name,
  };
}

function templateKey(
  { kind = 'AnalysisTemplate', name }: TemplateReference,
  namespace: string,
) {
  return {
    kind,
    namespace: kind === 'AnalysisTemplate' ? namespace : '',
    name,
  };
}

function missingTask(
  place: string,
  { kind = 'PromotionTask', name }: PromotionTaskReference,
): string {
  return `${place}: ${kind} '${name}' does not exist; Promotions fail until it does`;
}

function missingTemplate(
  place: string,
  { kind = 'AnalysisTemplate', name }: TemplateReference,
): string {
  return `${place}: ${kind} '${name}' does not exist; verifications fail until it does`;
}

function missingSource(place: string, { kind, name }: SourceKey): string {
  return `${place}: ${kind} '${name}' does not exist; no Freight comes from there until it does`;
}
