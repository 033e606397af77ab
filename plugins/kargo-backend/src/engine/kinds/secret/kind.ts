import { Secret } from 'backstage-plugin-kargo-common';
import { SYSTEM_NAMESPACE } from '../../../logic/sharedNamespaces';
import { defineKind } from '../KindModule';
import { secretAdmission } from './admission';

/** A Secret: credentials, or values that expressions read. */
export const secretKind = defineKind<Secret>({
  kind: 'Secret',
  admission: secretAdmission,
  // A config says whether the secrets of its webhook receivers, and the key that commits are
  // signed with, can be read; and where receivers are goes by their secrets.
  wakeOthers: ({ key: { namespace } }) => [
    {
      key:
        namespace === SYSTEM_NAMESPACE
          ? { kind: 'ClusterConfig', namespace: '', name: 'cluster' }
          : { kind: 'ProjectConfig', namespace, name: namespace },
    },
  ],
});
