import {
  availabilityReason,
  Freight,
  FreightRequest,
  KargoApi,
  originKey,
  Reason,
  sortNewestFirst,
  Stage,
  tellReason,
} from 'backstage-plugin-kargo-common';
import { FakeResources } from './FakeResources';

/**
 * The operations that say why something is as it is.
 *
 * @param reasonsOf - what is said of a subject, as `stage NAME`, `promotion NAME` …; of Stages
 *   and Freight it is told what follows from the engine's own rule
 */
export function fakeExplanations(
  resources: FakeResources,
  reasonsOf: (subject: string, computed: Reason[]) => Reason[],
): Partial<KargoApi> {
  const explain = (subject: string, computed: Reason[] = []) => ({
    reasons: reasonsOf(subject, computed).map(tellReason),
  });
  return {
    explainStage: async ({ stage: name }) => {
      const stage = resources.find('stages', name);
      return explain(
        `stage ${name}`,
        stage?.spec.requestedFreight.flatMap(request =>
          entryOfNewest(stage, request, resources.all('freight')),
        ),
      );
    },
    explainFreight: async ({ stage: stageName, freight: name }) => {
      const stage = resources.find('stages', stageName);
      const freight = resources.find('freight', name);
      return explain(
        `freight ${name} ${stageName}`,
        stage && freight ? entryOf(stage, freight) : [],
      );
    },
    explainPromotion: async ({ promotion }) =>
      explain(`promotion ${promotion}`),
    explainWarehouse: async ({ warehouse }) =>
      explain(`warehouse ${warehouse}`),
  };
}

function entryOfNewest(
  stage: Stage,
  { origin }: FreightRequest,
  freight: Freight[],
): Reason[] {
  const key = originKey(origin);
  const [newest] = sortNewestFirst(
    freight.filter(({ origin: of }) => originKey(of) === key),
  );
  return newest
    ? entryOf(stage, newest)
    : [{ code: 'no-freight', origin: key }];
}

/** Whether Freight may enter, by the engine's own rule. */
function entryOf(stage: Stage, freight: Freight): Reason[] {
  const origin = originKey(freight.origin);
  const about = { origin, freight: freight.metadata.name };
  if (freight.status?.currentlyIn?.[stage.metadata.name]) {
    return [{ code: 'already-there', ...about }];
  }
  return [
    availabilityReason(stage, freight, Date.now()) ?? {
      code: 'auto-promotion-disabled',
      ...about,
    },
  ];
}
