import {
  ANNOTATIONS,
  KargoRole,
  PolicyRule,
  PROJECT_ROLES,
  RoleChange,
} from 'backstage-plugin-kargo-common';

/** One value of a claim: whoever carries it has the role. */
export interface RoleHolder {
  claim: string;
  value: string;
}

/** One right of a role. */
export interface RoleRight {
  /** Plural: `stages`. */
  resource: string;
  /** Of one object; absent of all. */
  name?: string;
  verbs: string[];
}

/** A role as its row tells it. */
export interface RoleRow {
  metadata: { name: string };
  description: string;
  holders: RoleHolder[];
  rights: RoleRight[];
  /** Whether every project has it, with the same rights. */
  isPredefined: boolean;
  /** Whether it can be edited as a role; else it was put together by hand. */
  isManaged: boolean;
}

/** Roles in rows, those of every project first, each by name. */
export function roleRows(roles: readonly KargoRole[]): RoleRow[] {
  return roles
    .map(toRow)
    .sort(
      (a, b) =>
        Number(b.isPredefined) - Number(a.isPredefined) ||
        a.metadata.name.localeCompare(b.metadata.name),
    );
}

function toRow({ metadata, claims, rules, kargoManaged }: KargoRole): RoleRow {
  return {
    metadata: { name: metadata.name },
    description: metadata.annotations?.[ANNOTATIONS.description] ?? '',
    holders: (claims ?? []).flatMap(({ name: claim, values }) =>
      values.map(value => ({ claim, value })),
    ),
    rights: (rules ?? []).flatMap(rightsOf),
    isPredefined: PROJECT_ROLES.some(({ name }) => name === metadata.name),
    isManaged: kargoManaged === true,
  };
}

function rightsOf({
  resources,
  resourceNames,
  verbs,
}: PolicyRule): RoleRight[] {
  const names = resourceNames?.length ? resourceNames : [undefined];
  return (resources ?? []).flatMap(resource =>
    names.map(name => ({ resource, ...(name && { name }), verbs })),
  );
}

/** What is asked for to give somebody a role, or to take it from them. */
export function holderChange(role: string, holder: RoleHolder): RoleChange {
  const { claim, value } = holder;
  return { role, userClaims: { claims: [{ name: claim, values: [value] }] } };
}

/** What is asked for to let a role do something, or not any more. */
export function rightChange(role: string, right: RoleRight): RoleChange {
  const { resource, name, verbs } = right;
  return {
    role,
    resourceDetails: {
      resourceType: resource,
      ...(name && { resourceName: name }),
      verbs,
    },
  };
}

/** Words that a person wrote with commas or spaces between. */
export function wordsOf(text: string): string[] {
  return [...new Set(text.split(/[\s,]+/).filter(Boolean))];
}
