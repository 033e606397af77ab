import { z } from 'zod';
import { PromotionStatus } from '../model/Promotion';
import { StageStatus } from '../model/Stage';

const WaitingOutput = z.object({
  pr: z.object({
    id: z.number().int().positive(),
    url: z.url({ protocol: /^https?$/ }),
    open: z.boolean().optional().catch(undefined),
  }),
});

/** What the Promotion that runs in a Stage waits for. @public */
export interface CurrentWait {
  /** Alias of the step that waits. */
  step: string;
  /** Why, in the step's own words. */
  note: string;
  /** RFC 3339: when the step began. */
  startedAt?: string;
  /** What has to be merged, or closed. */
  pullRequest?: CurrentPullRequest;
}

/** A pull request that a step waits for. @public */
export interface CurrentPullRequest {
  number: number;
  /** Its page, on http or https. */
  url: string;
  /** Absent where the step does not tell. */
  isOpen?: boolean;
}

/**
 * What the Promotion that runs in a Stage waits for, as the Stage remembers it; nothing
 * while no step waits.
 *
 * @public
 */
export function currentWait(
  status: StageStatus | undefined,
): CurrentWait | undefined {
  return promotionWait(status?.currentPromotion?.status);
}

/** What a Promotion waits for; nothing while no step waits. @public */
export function promotionWait(
  status: PromotionStatus | undefined,
): CurrentWait | undefined {
  const { stepExecutionMetadata = [], state = {} } = status ?? {};
  const entry = stepExecutionMetadata.at(-1);
  if (entry?.status !== 'Running' || !entry.message) {
    return undefined;
  }
  const { alias, message, startedAt } = entry;
  const output = WaitingOutput.safeParse(state[alias]).data;
  return {
    step: alias,
    note: message,
    ...(startedAt && { startedAt }),
    ...(output && { pullRequest: pullRequest(output) }),
  };
}

/**
 * The pull request of which a step of a Promotion last told whether it is open: what the
 * Promotion waits for, or has waited for.
 *
 * @public
 */
export function awaitedPullRequest(
  status: PromotionStatus | undefined,
): CurrentPullRequest | undefined {
  return Object.values(status?.state ?? {})
    .flatMap(output => WaitingOutput.safeParse(output).data ?? [])
    .map(pullRequest)
    .filter(({ isOpen }) => isOpen !== undefined)
    .at(-1);
}

function pullRequest({
  pr: { id, url, open },
}: z.infer<typeof WaitingOutput>): CurrentPullRequest {
  return { number: id, url, ...(open !== undefined && { isOpen: open }) };
}
