import { ClusterConfig } from 'backstage-plugin-kargo-common';
import { defineKind } from '../KindModule';
import { ConfigController } from '../shared/ConfigController';
import { refreshRequest } from '../shared/refreshRequest';

/** The ClusterConfig: what holds for the whole installation. */
export const clusterConfigKind = defineKind<ClusterConfig>({
  kind: 'ClusterConfig',
  controller: {
    pool: 'stages',
    create: ({ store }) =>
      ConfigController.create({ store, kind: 'ClusterConfig' }),
    requests: refreshRequest,
  },
});
