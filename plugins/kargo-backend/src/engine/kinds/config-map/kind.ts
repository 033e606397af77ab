import { Resource } from 'backstage-plugin-kargo-common';
import { defineKind } from '../KindModule';
import {
  copyAdmission,
  copyDeletion,
  isReplicated,
  replicationIndexes,
  wakeReplication,
} from '../shared/replication';
import { ReplicationController } from '../shared/ReplicationController';

/** A ConfigMap: values that expressions read. */
export const configMapKind = defineKind<Resource>({
  kind: 'ConfigMap',
  admission: { isShareable: true, ...copyAdmission },
  deletion: copyDeletion,
  indexes: replicationIndexes,
  wakeOthers: wakeReplication,
  controller: {
    pool: 'stages',
    create: services =>
      ReplicationController.create({ ...services, kind: 'ConfigMap' }),
    sweep: { name: 'replicated', value: '' },
    isIdle: resource => !isReplicated(resource),
  },
});
