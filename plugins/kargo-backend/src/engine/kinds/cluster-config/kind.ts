import { ClusterConfig } from 'backstage-plugin-kargo-common';
import { defineKind } from '../KindModule';
import { ConfigController } from '../shared/ConfigController';
import { wakeWhenGone } from '../shared/wakeWhenGone';
import { refreshRequest } from '../shared/refreshRequest';

/** The ClusterConfig: what holds for the whole installation. */
export const clusterConfigKind = defineKind<ClusterConfig>({
  kind: 'ClusterConfig',
  wakeOthers: wakeWhenGone,
  controller: {
    pool: 'stages',
    create: services =>
      ConfigController.create({ ...services, kind: 'ClusterConfig' }),
    requests: refreshRequest,
  },
});
