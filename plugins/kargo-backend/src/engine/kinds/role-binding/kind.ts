import { Resource } from 'backstage-plugin-kargo-common';
import { defineKind } from '../KindModule';

/** A RoleBinding of an imported role. */
export const roleBindingKind = defineKind<Resource>({ kind: 'RoleBinding' });
