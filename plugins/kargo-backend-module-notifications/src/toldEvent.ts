import {
  freightArtifacts,
  FreightReference,
} from 'backstage-plugin-kargo-common';
import { z } from 'zod';

/** Where Kargo tells of events. */
export const EVENTS_TOPIC = 'kargo';

const text = z.string();

/** A list in JSON; what cannot be read only names the Freight less well. */
const list = text
  .transform((json): unknown => JSON.parse(json))
  .pipe(z.array(z.looseObject({})))
  .optional()
  .catch(undefined);

const Payload = z.object({
  type: text,
  data: z.object({
    project: text,
    message: text.default(''),
    actor: text.optional(),
    'stage-name': text.optional(),
    'promotion-name': text.optional(),
    'freight-name': text.optional(),
    'freight-alias': text.optional(),
    'freight-warehouse-name': text.optional(),
    'freight-images': list,
    'freight-charts': list,
    'freight-commits': list,
    'freight-artifacts': list,
    'analysis-run-name': text.optional(),
    'pull-request-number': text.optional(),
    'pull-request-url': text.optional(),
  }),
});

/** An event of Kargo, as far as somebody may have to be told of it. */
export interface ToldEvent {
  /** Such as `PromotionFailed`. */
  type: string;
  project: string;
  message: string;
  /** As Kargo records who acts, such as `user:default/rita`. */
  actor?: string;
  stage?: string;
  promotion?: string;
  freight?: ToldFreight;
  analysisRun?: string;
  pullRequest?: { number: string; url: string };
}

/** The Freight that an event is about. */
export interface ToldFreight {
  name: string;
  warehouse: string;
  /** What people call it. */
  title: string;
}

/** `1.4.1 (calm-heron)`: what Freight is, then what it is called. */
export function titleOf(
  freight: Pick<FreightReference, 'name'> &
    Parameters<typeof freightArtifacts>[0] & { alias?: string | undefined },
): string {
  const called = freight.alias || freight.name.slice(0, 7);
  const version = freightArtifacts(freight)[0]?.version;
  return version ? `${version} (${called})` : called;
}

/** Reads the CloudEvent that Kargo publishes; `undefined` for anything else. */
export function readToldEvent(payload: unknown): ToldEvent | undefined {
  const read = Payload.safeParse(payload);
  if (!read.success) {
    return undefined;
  }
  const { type, data } = read.data;
  const number = data['pull-request-number'];
  const url = data['pull-request-url'];
  return {
    type,
    project: data.project,
    message: data.message,
    ...(data.actor && { actor: data.actor }),
    ...(data['stage-name'] && { stage: data['stage-name'] }),
    ...(data['promotion-name'] && { promotion: data['promotion-name'] }),
    ...(data['freight-name'] && {
      freight: freightOf(data['freight-name'], data),
    }),
    ...(data['analysis-run-name'] && {
      analysisRun: data['analysis-run-name'],
    }),
    ...(number && url && { pullRequest: { number, url } }),
  };
}

function freightOf(
  name: string,
  data: z.output<typeof Payload>['data'],
): ToldFreight {
  // Kargo wrote them from Freight that it had checked.
  const content = {
    images: data['freight-images'],
    charts: data['freight-charts'],
    commits: data['freight-commits'],
    artifacts: data['freight-artifacts'],
  } as Parameters<typeof freightArtifacts>[0];
  return {
    name,
    warehouse: data['freight-warehouse-name'] ?? '',
    title: titleOf({ name, alias: data['freight-alias'], ...content }),
  };
}
