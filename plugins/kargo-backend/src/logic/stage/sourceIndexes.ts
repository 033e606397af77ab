import {
  FreightRequest,
  originKey,
  Stage,
} from 'backstage-plugin-kargo-common';

/** Freight of an origin in a relation to a Stage, as one index value. */
export function originAndStage(origin: string, stage: string): string {
  return `${origin}|${stage}`;
}

/**
 * Indexes in which Freight that may be available to a Stage is found: all of the origin,
 * or what is approved for the Stage and what is verified upstream.
 */
export function sourceIndexes(
  stage: Stage,
  request: FreightRequest,
): Array<{ name: string; value: string }> {
  const origin = originKey(request.origin);
  const { sources } = request;
  if (sources.direct) {
    return [{ name: 'origin', value: origin }];
  }
  const stages = sources.stages ?? [];
  const approved = {
    name: 'approvedFor',
    value: originAndStage(origin, stage.metadata.name),
  };
  if (stages.length === 0 && sources.availabilityStrategy === 'All') {
    return [{ name: 'origin', value: origin }];
  }
  // With All, what is verified in the first listed Stage contains what is verified in all.
  const listed =
    sources.availabilityStrategy === 'All' ? stages.slice(0, 1) : stages;
  return [
    approved,
    ...listed.map(name => ({
      name: 'verifiedIn',
      value: originAndStage(origin, name),
    })),
  ];
}
