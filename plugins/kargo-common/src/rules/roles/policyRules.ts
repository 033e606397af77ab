import { PolicyRule } from '../../model/core';
import { KindInfo, KINDS } from '../../model/kinds';

/** The verbs of Kubernetes, which `*` stands for. @public */
export const VERBS = [
  'create',
  'delete',
  'deletecollection',
  'get',
  'list',
  'patch',
  'update',
  'watch',
] as const;

/** Something that may be done with a resource. @public */
export interface RuleNeed {
  readonly verb: string;
  /** Plural, with a subresource behind a slash if there is one. */
  readonly resource: string;
  /** Name of one object; absent for all of them. */
  readonly name?: string;
}

/** Resources of the API beside those of the kinds that are kept. */
const OTHER_GROUPS: Readonly<Record<string, string>> = {
  namespaces: '',
  promotionrequests: 'kargo.akuity.io',
  targets: 'kargo.akuity.io',
};

const GROUPS: ReadonlyMap<string, string> = new Map([
  ...Object.values<KindInfo>(KINDS).map(
    ({ plural, apiVersion }) => [plural, groupOf(apiVersion)] as const,
  ),
  ...Object.entries(OTHER_GROUPS),
]);

function groupOf(apiVersion: string): string {
  return apiVersion.includes('/') ? apiVersion.split('/')[0] : '';
}

/** The API group of a resource type; `undefined` for one that is not known. @public */
export function resourceGroup(resource: string): string | undefined {
  return GROUPS.get(resource.split('/')[0]);
}

/**
 * What is wrong with a resource type that a rule names; `undefined` when nothing is.
 *
 * @public
 */
export function findResourceTypeProblem(resource: string): string | undefined {
  const [type, subresource] = resource.split('/');
  if (!type || !type.endsWith('s')) {
    const plural = `${type}s${subresource ? `/${subresource}` : ''}`;
    const hint = GROUPS.has(`${type}s`) ? `; did you mean '${plural}'?` : '';
    return `unrecognized resource type '${resource}'${hint}`;
  }
  return undefined;
}

/**
 * What is wrong with rules that a role is to have; `undefined` when nothing is.
 *
 * @remarks Roles that Kargo manages name resources one by one, and no wildcards.
 *
 * @public
 */
export function findRulesProblem(
  rules: readonly PolicyRule[],
): string | undefined {
  for (const { apiGroups = [], resources = [], verbs } of rules) {
    if (apiGroups.includes('*')) {
      return "a rule may not use '*' as API group";
    }
    if (resources.length === 0) {
      return 'a rule names no resources';
    }
    if (!verbs.some(verb => verb.trim())) {
      return 'a rule names no verbs';
    }
    const problems = resources.map(
      resource =>
        findResourceTypeProblem(resource) ??
        (apiGroups.length === 0 && resourceGroup(resource) === undefined
          ? `unrecognized resource type '${resource}'; name its API group`
          : undefined),
    );
    const problem = problems.find(found => found !== undefined);
    if (problem) {
      return problem;
    }
  }
  return undefined;
}

/**
 * Rules in one form: each for one resource and at most one name, `*` written out (for
 * Stages with `promote`), ordered.
 *
 * @public
 */
export function normalizeRules(rules: readonly PolicyRule[]): PolicyRule[] {
  const byKey = new Map<string, PolicyRule>();
  for (const atom of rules.flatMap(splitRule)) {
    const [group, resource, name = ''] = keyParts(atom);
    const key = [group || 'core', resource, ...(name && [name])].join('/');
    const known = byKey.get(key)?.verbs ?? [];
    const verbs = [...new Set([...known, ...atom.verbs])].sort();
    byKey.set(key, { ...atom, verbs });
  }
  return [...byKey]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, rule]) => rule);
}

function keyParts({
  apiGroups = [],
  resources = [],
  resourceNames = [],
}: PolicyRule): [string, string, string | undefined] {
  return [apiGroups[0] ?? '', resources[0] ?? '', resourceNames[0]];
}

/** A rule of several resources as rules of one each. */
function splitRule(rule: PolicyRule): PolicyRule[] {
  const { apiGroups = [], resources = [], resourceNames = [], verbs } = rule;
  const names = resourceNames.length > 0 ? resourceNames : [''];
  return resources
    .map(resource => resource.trim())
    .flatMap(resource => {
      const groups =
        apiGroups.length > 0 ? apiGroups : [resourceGroup(resource) ?? ''];
      return groups.flatMap(group =>
        names.map(name => ({
          apiGroups: [group.trim()],
          resources: [resource],
          ...(name && { resourceNames: [name] }),
          verbs: expandVerbs(resource, verbs),
        })),
      );
    });
}

/** Verbs with `*` written out. @public */
export function expandVerbs(
  resource: string,
  verbs: readonly string[],
): string[] {
  const trimmed = verbs.map(verb => verb.trim()).filter(Boolean);
  const all = resource === 'stages' ? [...VERBS, 'promote'] : VERBS;
  return [...new Set(trimmed.includes('*') ? [...trimmed, ...all] : trimmed)]
    .filter(verb => verb !== '*')
    .sort();
}

/**
 * Whether rules allow something, as Kubernetes decides it: what is allowed for one name is
 * not allowed for all.
 *
 * @public
 */
export function rulesAllow(
  rules: readonly PolicyRule[],
  { verb, resource, name }: RuleNeed,
): boolean {
  const group = resourceGroup(resource) ?? '';
  return rules.some(
    ({ apiGroups = [], resources = [], resourceNames = [], verbs }) =>
      holds(verbs, verb) &&
      holds(apiGroups, group) &&
      holds(resources, resource) &&
      (resourceNames.length === 0 ||
        (name !== undefined && resourceNames.includes(name))),
  );
}

/** What `*` stands for where a resource is named. */
const RESOURCES = [...GROUPS.keys(), 'freights/status'];

/**
 * Everything that rules allow, with wildcards written out.
 *
 * @remarks It reads rules as {@link normalizeRules} does, which may write them anew at any
 * time: with or without spaces around what they name, and an empty name as all names.
 *
 * @public
 */
export function needsOfRules(rules: readonly PolicyRule[]): RuleNeed[] {
  return rules.flatMap(({ resources = [], resourceNames = [], verbs }) => {
    const given = resourceNames.length > 0 ? resourceNames : [''];
    const names = given.map(name => name || undefined);
    return resources
      .map(resource => resource.trim())
      .flatMap(resource => (resource.startsWith('*') ? RESOURCES : resource))
      .flatMap(resource =>
        expandVerbs(resource, verbs).flatMap(verb =>
          names.map(name => ({
            verb,
            resource,
            ...(name !== undefined && { name }),
          })),
        ),
      );
  });
}

function holds(values: readonly string[], value: string): boolean {
  return values.includes('*') || values.includes(value);
}
