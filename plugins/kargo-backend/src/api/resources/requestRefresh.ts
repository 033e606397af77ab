import {
  ANNOTATIONS,
  kargoProjectManagePermission,
  KindName,
  Project,
  ResourceKey,
} from 'backstage-plugin-kargo-common';
import { isConflictError } from 'backstage-plugin-kargo-node';
import { toTimestamp } from '../../logic/timestamps';
import { Caller } from '../server/Caller';
import { ApiServices } from '../server/route';

type RefreshServices = Pick<ApiServices, 'store' | 'clock' | 'ids'>;

/** How often those who may only read can have the engine look at one resource. */
const READERS_INTERVAL_MS = 10_000;

/** Length of `2026-05-01T10:00:00Z`, with which a token of a refresh begins. */
const TIMESTAMP_LENGTH = 20;

/** Somebody who may only read asks for a look again too soon. */
export class RefreshTooSoonError extends Error {
  override readonly name = 'RefreshTooSoonError';

  constructor(
    subject: string,
    /** Whole seconds until it may be asked for again. */
    readonly retryAfterSeconds: number,
  ) {
    super(
      `A look at ${subject} was asked for a moment ago. Try again in ${retryAfterSeconds} s`,
    );
  }
}

/**
 * Asks the engine to look at a resource again now.
 *
 * @remarks The engine sees a changed annotation, so a second request within the same
 * second gets a value of its own, also when both come at once: the look for the first one
 * may have begun.
 * @throws NotFoundError
 */
export async function requestRefresh(
  { store, clock, ids }: RefreshServices,
  key: ResourceKey<KindName>,
): Promise<void> {
  for (;;) {
    const { metadata } = await store.get(key);
    const { resourceVersion } = metadata;
    const now = toTimestamp(clock.now());
    const last = metadata.annotations?.[ANNOTATIONS.refresh] ?? '';
    const token = last.startsWith(now) ? `${now}-${ids.ulid()}` : now;
    const patch = {
      metadata: { annotations: { [ANNOTATIONS.refresh]: token } },
    };
    try {
      await store.patch(key, patch, { resourceVersion });
      return;
    } catch (error) {
      if (!isConflictError(error)) {
        throw error;
      }
    }
  }
}

/**
 * Asks the engine to look at several resources again now, together; each request is one of its
 * own, however many there are within a second.
 *
 * @throws NotFoundError when one of them is gone; then none is asked for
 */
export async function requestRefreshes(
  { store, clock, ids }: RefreshServices,
  keys: readonly ResourceKey<KindName>[],
): Promise<void> {
  const token = `${toTimestamp(clock.now())}-${ids.ulid()}`;
  const patch = { metadata: { annotations: { [ANNOTATIONS.refresh]: token } } };
  await store.write(keys.map(key => ({ patch: { key, patch } })));
}

/**
 * Refuses a refresh that comes too soon after another, whoever asked for that.
 *
 * @remarks A look costs requests to registries and repositories, and the right to read is
 * often everybody's. Those who may change the resource may do so as often as they like.
 *
 * @param mayChange - asked only when it matters
 * @throws NotFoundError, RefreshTooSoonError
 */
export async function demandRefreshDue(
  { store, clock }: RefreshServices,
  key: ResourceKey<KindName>,
  mayChange: () => Promise<boolean>,
): Promise<void> {
  const { metadata } = await store.get(key);
  const token = metadata.annotations?.[ANNOTATIONS.refresh] ?? '';
  const last = Date.parse(token.slice(0, TIMESTAMP_LENGTH));
  const waitMs = last + READERS_INTERVAL_MS - clock.now();
  // A token that is no time, or one of the future, says nothing about when it was asked.
  const isTooSoon = waitMs > 0 && waitMs <= READERS_INTERVAL_MS;
  if (isTooSoon && !(await mayChange())) {
    throw new RefreshTooSoonError(
      `${key.kind} '${key.name}'`,
      Math.ceil(waitMs / 1000),
    );
  }
}

/**
 * Asks for a look at what is in a project, on behalf of somebody who may read it.
 *
 * @throws NotFoundError, RefreshTooSoonError
 */
export async function requestRefreshAs(
  { access }: Caller,
  project: Project,
  services: RefreshServices,
  key: ResourceKey<KindName>,
): Promise<void> {
  await demandRefreshDue(services, key, async () => {
    const verdict = await access.onProject(
      kargoProjectManagePermission,
      project,
    );
    return verdict.allowed;
  });
  await requestRefresh(services, key);
}
