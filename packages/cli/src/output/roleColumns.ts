import {
  ANNOTATIONS,
  Resource,
  RoleBinding,
  Role,
  ServiceAccount,
} from 'backstage-plugin-kargo-common';
import { age, Column, name } from './nouns';

/** A role as a row. */
export interface RoleRow extends Resource {
  kargoManaged?: boolean;
}

/** What a role is made of as a row. */
export interface RoleResourcesRow extends Resource {
  serviceAccount: ServiceAccount;
  roles: Role[];
  roleBindings: RoleBinding[];
}

/** `get roles` */
export const ROLE_COLUMNS: ReadonlyArray<Column<RoleRow>> = [
  name,
  {
    title: 'KARGO MANAGED',
    cell: ({ kargoManaged }) => String(kargoManaged === true),
  },
  age,
];

function names(items: readonly Resource[]): string {
  return items.map(({ metadata }) => metadata.name).join(',');
}

/** `get roles -k` */
export const ROLE_RESOURCES_COLUMNS: ReadonlyArray<Column<RoleResourcesRow>> = [
  name,
  {
    title: 'K8S SERVICE ACCOUNT',
    cell: ({ serviceAccount }) => serviceAccount.metadata.name,
  },
  {
    title: 'K8S ROLE BINDINGS',
    cell: ({ roleBindings }) => names(roleBindings),
  },
  { title: 'K8S ROLES', cell: ({ roles }) => names(roles) },
  {
    title: 'AGE',
    cell: ({ serviceAccount }, now) => age.cell(serviceAccount, now),
  },
];

/** `get tokens` */
export const TOKEN_COLUMNS: ReadonlyArray<Column<Resource>> = [
  name,
  {
    title: 'ROLE',
    cell: ({ metadata }) =>
      metadata.annotations?.[ANNOTATIONS.serviceAccountName] ?? '',
  },
  {
    title: 'KARGO MANAGED',
    cell: ({ metadata }) =>
      String(metadata.annotations?.[ANNOTATIONS.managed] === 'true'),
  },
  age,
];
