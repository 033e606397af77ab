import { ProjectConfig } from 'backstage-plugin-kargo-common';
import { Wakeup } from '../../../ports/Changes';
import { defineKind, KindChange } from '../KindModule';
import { wakeWhenGone } from '../shared/wakeWhenGone';
import { ConfigController } from '../shared/ConfigController';
import { refreshRequest } from '../shared/refreshRequest';

/** A ProjectConfig: the policies of a project. */
export const projectConfigKind = defineKind<ProjectConfig>({
  kind: 'ProjectConfig',
  indexes: {
    receiverPath: ({ status }) =>
      (status?.webhookReceivers ?? []).map(({ path }) => path),
  },
  wakeOthers: change => [...wakeEveryStage(change), ...wakeWhenGone(change)],
  controller: {
    pool: 'stages',
    create: services =>
      ConfigController.create({ ...services, kind: 'ProjectConfig' }),
    requests: refreshRequest,
  },
});

/** A policy may let Stages promote that could not before. */
function wakeEveryStage({
  type,
  key,
  before,
  after,
}: KindChange<ProjectConfig>): Wakeup[] {
  const isChange =
    type !== 'updated' ||
    before?.metadata.generation !== after?.metadata.generation;
  return isChange
    ? [
        {
          kind: 'Stage',
          namespace: key.namespace,
          index: { name: 'any', value: '' },
        },
      ]
    : [];
}
