import {
  durationToMilliseconds,
  Freight,
  originKey,
} from 'backstage-plugin-kargo-common';
import { freightWords } from '../../../logic/freightWords';
import { soakMark } from '../../../logic/stage/soakMarks';
import { originAndStage } from '../../../logic/stage/sourceIndexes';
import { soakedValue } from '../../../logic/stage/sourceSearches';

/** How Freight is found. */
export const freightIndexes = {
  origin: (freight: Freight) => [originKey(freight.origin)],
  word: freightWords,
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
  /** Stages that it left, by how long it stayed in them. */
  soakedIn: (freight: Freight) =>
    Object.entries(freight.status?.verifiedIn ?? {}).flatMap(
      ([stage, { longestSoak }]) =>
        longestSoak
          ? [
              soakedValue(
                originAndStage(originKey(freight.origin), stage),
                soakMark(durationToMilliseconds(longestSoak)),
              ),
            ]
          : [],
    ),
  approvedFor: byOriginAndStage('approvedFor'),
};

function byOriginAndStage(relation: 'verifiedIn' | 'approvedFor') {
  return (freight: Freight) =>
    Object.keys(freight.status?.[relation] ?? {}).map(stage =>
      originAndStage(originKey(freight.origin), stage),
    );
}
