import { Resource } from 'backstage-plugin-kargo-common';
import { defineKind } from '../KindModule';

/** A Role of an imported role. */
export const roleKind = defineKind<Resource>({ kind: 'Role' });
