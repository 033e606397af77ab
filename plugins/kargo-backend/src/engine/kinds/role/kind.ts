import { Role } from 'backstage-plugin-kargo-common';
import { defineKind } from '../KindModule';

/** A Role: what a role of Kargo allows. */
export const roleKind = defineKind<Role>({ kind: 'Role' });
