import { useApi } from '@backstage/frontend-plugin-api';
import { useQuery } from '@tanstack/react-query';
import {
  EngineHealth,
  isKargoRequestError,
} from 'backstage-plugin-kargo-common';
import { kargoApiRef } from '../kargoApiRef';
import { isSignedOut } from './askAgainMs';
import { kargoKeys } from './keys';

/** Why what is on the screen does not go on. */
export type SystemTrouble =
  /** The engine of the portal does no work. */
  | { kind: 'engine'; state: EngineHealth['state']; message?: string }
  /** The portal answers that it cannot serve now, in its own words. */
  | { kind: 'unavailable'; message: string }
  /** Nobody answers. */
  | { kind: 'unreachable' }
  /** The portal does not know any more who asks. */
  | { kind: 'signed-out' }
  /** The portal answers, but not with what is to be shown. */
  | { kind: 'outdated'; message: string };

const QUIET_MS = 30_000;
const TROUBLED_MS = 5_000;

/**
 * What keeps the portal from working, and asks more often while there is something.
 *
 * @param failure - why the data on the screen could not be loaded again, if so
 */
export function useSystemTrouble(
  failure: Error | undefined,
): SystemTrouble | undefined {
  const api = useApi(kargoApiRef);
  const { data, error } = useQuery({
    queryKey: kargoKeys.engine(),
    queryFn: ({ signal }) => api.getEngineHealth({}, { signal }),
    retry: false,
    refetchInterval: query =>
      query.state.error || query.state.data?.state !== 'running'
        ? TROUBLED_MS
        : QUIET_MS,
  });
  return findTrouble({
    failure,
    healthError: error ?? undefined,
    health: data,
  });
}

/** Of several troubles the one that explains the others. */
export function findTrouble(found: {
  failure: Error | undefined;
  healthError: Error | undefined;
  health: EngineHealth | undefined;
}): SystemTrouble | undefined {
  const errors = [found.failure, found.healthError].filter(
    error => error !== undefined,
  );
  if (errors.some(isUnreachable)) {
    return { kind: 'unreachable' };
  }
  if (errors.some(isSignedOut)) {
    return { kind: 'signed-out' };
  }
  const unavailable = errors.find(error => isKargoRequestError(error, 503));
  if (unavailable) {
    return { kind: 'unavailable', message: unavailable.message };
  }
  const { failure, health } = found;
  if (health && health.state !== 'running') {
    return {
      kind: 'engine',
      state: health.state,
      ...(health.message && { message: health.message }),
    };
  }
  return failure && { kind: 'outdated', message: failure.message };
}

/** What never reached the portal, or only a proxy in front of it. */
function isUnreachable(error: Error): boolean {
  return isKargoRequestError(error)
    ? error.status === 502 || error.status === 504
    : // What `fetch` throws when there is no answer.
      error.name === 'TypeError';
}
