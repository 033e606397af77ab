import { RoleBinding } from 'backstage-plugin-kargo-common';
import { defineKind } from '../KindModule';

/** A RoleBinding: gives a Role to a ServiceAccount. */
export const roleBindingKind = defineKind<RoleBinding>({ kind: 'RoleBinding' });
