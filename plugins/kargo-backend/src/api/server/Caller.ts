import {
  BackstageCredentials,
  BackstageServicePrincipal,
  BackstageUserPrincipal,
} from '@backstage/backend-plugin-api';
import { Access } from './Access';

/** Who sent a request, and what they may do. */
export interface Caller {
  /**
   * As recorded on what they create: `user:default/alice`, `service:<subject>`, `admin`, or
   * `kubernetes:system:serviceaccount:<project>:<role>`.
   */
  actor: string;
  access: Access;
  /** Whether the plugin itself knows them, and the portal does not. */
  isOwn: boolean;
  /** Whether the plugin itself asks for them, so that the portal knows only the plugin. */
  isDelegated?: boolean;
  /** When their token ends, in milliseconds; absent for one without an end. */
  expiresAt?: number;
  /**
   * Waits until their token is revoked; rejects when the signal fires, or when that cannot be
   * told any more. Absent for tokens that cannot be revoked.
   */
  untilRevoked?(signal: AbortSignal): Promise<void>;
}

/**
 * The actor string of a caller: the entity reference of a user, or `service:` and the
 * subject of a service or an external access token.
 */
export function actorOf({
  principal,
}: BackstageCredentials<
  BackstageUserPrincipal | BackstageServicePrincipal
>): string {
  return principal.type === 'user'
    ? principal.userEntityRef
    : `service:${principal.subject}`;
}
