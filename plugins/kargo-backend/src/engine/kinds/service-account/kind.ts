import { Resource } from 'backstage-plugin-kargo-common';
import { defineKind } from '../KindModule';

/** A ServiceAccount of an imported role. */
export const serviceAccountKind = defineKind<Resource>({
  kind: 'ServiceAccount',
});
