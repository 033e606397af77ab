import { Request } from 'express';
import { findActedFor } from './actingFor';
import { actorOf, Caller } from './Caller';
import { identifyOwnCaller } from './OwnCallers';
import { PolicyAccess } from './PolicyAccess';
import { RouterContext } from './RouterContext';

/**
 * Who asks: somebody whom the plugin itself knows, or else whom the portal does.
 *
 * @throws AuthenticationError
 */
export async function authenticate(
  request: Request,
  context: RouterContext,
): Promise<Caller> {
  const token = bearerOf(request);
  const own = token && (await identifyOwnCaller(token, context));
  if (own) {
    return own;
  }
  const credentials = await context.httpAuth.credentials(request, {
    allow: ['user', 'service'],
  });
  const actedFor = findActedFor(request, credentials);
  return {
    actor: actedFor ? `service:${actedFor}` : actorOf(credentials),
    isOwn: false,
    isDelegated: actedFor !== undefined,
    access: PolicyAccess.create(context, credentials),
    ...(credentials.expiresAt && {
      expiresAt: credentials.expiresAt.getTime(),
    }),
  };
}

function bearerOf({ headers }: Request): string | undefined {
  return /^Bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1];
}
