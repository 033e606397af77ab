import { ANNOTATIONS, Stage } from 'backstage-plugin-kargo-common';
import { parseVerificationRequest } from '../../../logic/stage/decideVerification';
import { defineKind } from '../KindModule';
import { mirrorShard } from '../shared/mirrorShard';
import { findMissing } from '../../admission/findLacks';
import { StoreVerifier } from '../../verification/StoreVerifier';
import { refreshRequest } from '../shared/refreshRequest';
import { stageIndexes } from './indexes';
import { StageController } from './StageController';
import { wakeByStage } from './wakeups';

/** A Stage: a place that Freight is promoted to. */
export const stageKind = defineKind<Stage>({
  kind: 'Stage',
  admission: {
    complete: draft => mirrorShard<Stage>(draft),
    findMissing: ({ spec, metadata }, isThere) =>
      findMissing(spec, metadata.namespace ?? '', isThere),
  },
  indexes: stageIndexes,
  wakeOthers: wakeByStage,
  deletion: { isCleanedUp: true },
  controller: {
    pool: 'stages',
    create: services =>
      StageController.create({
        ...services,
        verifier: StoreVerifier.create(services),
      }),
    // The selectors of promotion policies do.
    readsLabels: true,
    requests: {
      ...refreshRequest,
      [ANNOTATIONS.reverify]: value => parseVerificationRequest(value)?.id,
      [ANNOTATIONS.abort]: value => value,
    },
  },
});
