import { formatDuration } from '../model/duration';
import { Freight } from '../model/Freight';
import { Reason } from '../model/reasons';
import { originKey } from '../model/references';
import { Stage } from '../model/Stage';
import {
  FreightAvailability,
  isFreightAvailable,
  UpstreamEvidence,
} from './isFreightAvailable';

/**
 * Why Freight may not be promoted to a Stage now; `undefined` when it may.
 *
 * @public
 */
export function availabilityReason(
  stage: Stage,
  freight: Freight,
  nowMs: number,
): Reason | undefined {
  const availability = isFreightAvailable(stage, freight, nowMs);
  return availability.available
    ? undefined
    : reasonOf(stage, freight, availability);
}

function reasonOf(
  stage: Stage,
  freight: Freight,
  { reason, upstreams, availableAtMs }: FreightAvailability,
): Reason {
  const name = freight.metadata.name;
  const about = { origin: originKey(freight.origin), freight: name };
  const sources = stage.spec.requestedFreight.find(
    request => originKey(request.origin) === about.origin,
  )?.sources;
  switch (reason) {
    case 'other-project':
      return { code: 'other-project', freight: name };
    case 'origin-not-requested':
      return {
        code: 'origin-not-requested',
        ...about,
        stage: stage.metadata.name,
      };
    case 'no-source':
      return { code: 'no-source', ...about };
    case 'not-verified-upstream':
      return {
        code: 'not-verified-upstream',
        ...about,
        stages: names(upstreams.filter(upstream => !upstream.verified)),
        needed: sources?.availabilityStrategy === 'All' ? 'all' : 'any',
      };
    default: {
      const soak = {
        ...about,
        stages: names(
          upstreams.filter(
            upstream => upstream.verified && !upstream.satisfied,
          ),
        ),
        required: sources?.requiredSoakTime ?? formatDuration(0),
      };
      return availableAtMs === undefined
        ? { code: 'soak-missed', ...soak }
        : {
            code: 'soaking',
            ...soak,
            availableAt: new Date(availableAtMs).toISOString(),
          };
    }
  }
}

function names(upstreams: UpstreamEvidence[]): string[] {
  return upstreams.map(upstream => upstream.stage);
}
