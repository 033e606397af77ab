import { Freight, originKey } from 'backstage-plugin-kargo-common';
import { originAndStage } from '../../../logic/stage/sourceIndexes';

/** How Freight is found. */
export const freightIndexes = {
  origin: (freight: Freight) => [originKey(freight.origin)],
  alias: (freight: Freight) => (freight.alias ? [freight.alias] : []),
  currentlyIn: (freight: Freight) =>
    Object.keys(freight.status?.currentlyIn ?? {}),
  relatedTo: (freight: Freight) => [
    ...new Set([
      ...Object.keys(freight.status?.verifiedIn ?? {}),
      ...Object.keys(freight.status?.approvedFor ?? {}),
    ]),
  ],
  verifiedIn: byOriginAndStage('verifiedIn'),
  approvedFor: byOriginAndStage('approvedFor'),
};

function byOriginAndStage(relation: 'verifiedIn' | 'approvedFor') {
  return (freight: Freight) =>
    Object.keys(freight.status?.[relation] ?? {}).map(stage =>
      originAndStage(originKey(freight.origin), stage),
    );
}
