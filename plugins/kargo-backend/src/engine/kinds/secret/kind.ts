import { Secret } from 'backstage-plugin-kargo-common';
import { SYSTEM_NAMESPACE } from '../../../logic/sharedNamespaces';
import { defineKind } from '../KindModule';
import { secretAdmission } from './admission';

/** A Secret: credentials, or values that expressions read. */
export const secretKind = defineKind<Secret>({
  kind: 'Secret',
  admission: secretAdmission,
  // The ClusterConfig says whether the key that commits are signed with can be read.
  wakeOthers: ({ key }) =>
    key.namespace === SYSTEM_NAMESPACE
      ? [{ key: { kind: 'ClusterConfig', namespace: '', name: 'cluster' } }]
      : [],
});
