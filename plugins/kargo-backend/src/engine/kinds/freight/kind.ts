import { Freight, freightOrderKey } from 'backstage-plugin-kargo-common';
import { defineKind } from '../KindModule';
import { freightAdmission } from './admission';
import { freightDeletion } from './deletion';
import { freightIndexes } from './indexes';
import { freightRetention } from './retention';
import { wakeByFreight } from './wakeups';

/** Freight: a set of artifacts that moves together. */
export const freightKind = defineKind<Freight>({
  kind: 'Freight',
  admission: freightAdmission,
  deletion: freightDeletion,
  retention: freightRetention,
  indexes: freightIndexes,
  sortKeys: { age: freightOrderKey },
  uniqueIndexes: ['alias'],
  wakeOthers: wakeByFreight,
});
