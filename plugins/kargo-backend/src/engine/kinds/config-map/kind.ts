import { Resource } from 'backstage-plugin-kargo-common';
import { defineKind } from '../KindModule';

/** A ConfigMap: values that expressions read. */
export const configMapKind = defineKind<Resource>({
  kind: 'ConfigMap',
  admission: { isShareable: true },
});
