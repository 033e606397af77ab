import { type Manifest } from './findSets';

/** A step as a Stage runs it, with what can be known of its config before. */
export interface PlannedStep {
  readonly uses: string;
  readonly config: Readonly<Record<string, any>>;
}

interface Scope {
  readonly stage: string;
  readonly project: string;
  readonly vars: Readonly<Record<string, string>>;
}

/**
 * The steps of a Stage, those of its tasks among them, with variables put in.
 *
 * @remarks
 * A sketch, which knows `vars.x`, `ctx.stage` and `ctx.project`: it tells which files a
 * repository has to hold, not what the engine does.
 */
export function readSteps(
  stage: Manifest,
  manifests: readonly Manifest[],
): PlannedStep[] {
  const template = stage.spec?.promotionTemplate?.spec ?? {};
  const scope = scopeOf(stage, template.vars);
  return (template.steps ?? []).flatMap((step: Manifest) =>
    step.task
      ? stepsOfTask(step, manifests, scope)
      : [{ uses: step.uses, config: fill(step.config ?? {}, scope) }],
  );
}

/** What a Stage gives to its verification, with its own variables put in. */
export function readArguments(
  stage: Manifest,
): ReadonlyArray<{ name: string; value?: string }> {
  return fill(stage.spec?.verification?.args ?? [], scopeOf(stage));
}

function scopeOf(
  { metadata: { name = '', namespace = '' } = {}, spec }: Manifest,
  more: ReadonlyArray<{ name: string; value?: string }> = [],
): Scope {
  const vars = assign({}, [...(spec?.vars ?? []), ...more]);
  return { stage: name, project: namespace, vars };
}

function stepsOfTask(
  reference: Manifest,
  manifests: readonly Manifest[],
  scope: Scope,
): PlannedStep[] {
  const task = manifests.find(
    ({ kind, metadata }) =>
      kind === (reference.task.kind ?? 'PromotionTask') &&
      metadata?.name === reference.task.name,
  );
  const withValues = (task?.spec?.vars ?? []).filter(
    (variable: Manifest) => variable.value !== undefined,
  );
  const vars = assign(assign(scope.vars, withValues), reference.vars ?? []);
  return (task?.spec?.steps ?? []).map((step: Manifest) => ({
    uses: step.uses,
    config: fill(step.config ?? {}, { ...scope, vars }),
  }));
}

function assign(
  known: Readonly<Record<string, string>>,
  variables: ReadonlyArray<{ name: string; value?: string }>,
): Record<string, string> {
  return Object.fromEntries([
    ...Object.entries(known),
    ...variables.map(({ name, value = '' }) => [name, value]),
  ]);
}

/** How deep variables may name variables. */
const MAX_DEPTH = 5;

function fill(value: any, scope: Scope): any {
  if (typeof value === 'string') return fillText(value, scope);
  if (Array.isArray(value)) return value.map(item => fill(item, scope));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, fill(item, scope)]),
  );
}

function fillText(text: string, scope: Scope, depth = 0): string {
  const filled = text.replace(
    /\$\{\{\s*(vars|ctx)\.(\w+)\s*\}\}/g,
    (whole, root: string, name: string) => {
      if (root === 'vars') return scope.vars[name] ?? whole;
      return { stage: scope.stage, project: scope.project }[name] ?? whole;
    },
  );
  return filled === text || depth >= MAX_DEPTH
    ? filled
    : fillText(filled, scope, depth + 1);
}
