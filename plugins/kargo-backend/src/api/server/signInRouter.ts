import express from 'express';
import Router from 'express-promise-router';
import { SignIn } from './SignIn';

/** Where the API stands in for the portal's OpenID provider, below its own path. */
export const SIGN_IN_PATH = '/system/oidc';

/** Requests for tokens are short. */
const BODY_LIMIT = '16kb';

/**
 * The portal's OpenID provider as Kargo's own command line needs it: a renewal is answered
 * with an identity token, too. All else is the portal's, which asks people and makes tokens.
 */
export function createSignInRouter({
  issuerUrl,
  provider,
}: SignIn): express.Router {
  const router = Router();
  if (!provider) {
    return router;
  }
  router.get('/.well-known/openid-configuration', async (_, response) => {
    response.json({
      ...(await provider.describe()),
      issuer: issuerUrl,
      token_endpoint: `${issuerUrl}/token`,
    });
  });
  router.post(
    '/token',
    express.text({ type: () => true, limit: BODY_LIMIT }),
    async (request, response) => {
      const { status, body } = await provider.requestTokens(
        typeof request.body === 'string' ? request.body : '',
        request.headers['content-type'] ?? 'application/x-www-form-urlencoded',
      );
      const { access_token: token, id_token: idToken = token } = body;
      response.set('Cache-Control', 'no-store');
      response
        .status(status)
        .json(idToken === undefined ? body : { ...body, id_token: idToken });
    },
  );
  return router;
}
