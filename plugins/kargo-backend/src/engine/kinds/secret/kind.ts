import { ResourceKey, Secret } from 'backstage-plugin-kargo-common';
import { SYSTEM_NAMESPACE } from '../../../logic/sharedNamespaces';
import { defineKind } from '../KindModule';
import {
  copyDeletion,
  isReplicated,
  replicationIndexes,
  wakeReplication,
} from '../shared/replication';
import { ReplicationController } from '../shared/ReplicationController';
import { wakeFailedWarehouses } from '../shared/wakeFailedWarehouses';
import { secretAdmission } from './admission';

/** A Secret: credentials, or values that expressions read. */
export const secretKind = defineKind<Secret>({
  kind: 'Secret',
  admission: secretAdmission,
  deletion: copyDeletion,
  indexes: replicationIndexes,
  // A config says whether the secrets of its webhook receivers, and the key that commits are
  // signed with, can be read; and where receivers are goes by their secrets.
  wakeOthers: (change, sharedNamespace) => [
    { key: configOf(change.key.namespace) },
    ...wakeReplication(change),
    ...wakeFailedWarehouses(change, sharedNamespace),
  ],
  controller: {
    pool: 'stages',
    create: services =>
      ReplicationController.create({ ...services, kind: 'Secret' }),
    sweep: { name: 'replicated', value: '' },
    isIdle: secret => !isReplicated(secret),
  },
});

function configOf(namespace: string): ResourceKey {
  return namespace === SYSTEM_NAMESPACE
    ? { kind: 'ClusterConfig', namespace: '', name: 'cluster' }
    : { kind: 'ProjectConfig', namespace, name: namespace };
}
