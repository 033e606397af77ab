import { createPrivateKey } from 'node:crypto';
import { CredentialsRejectedError } from 'backstage-plugin-kargo-node';
import { JWTPayload, SignJWT } from 'jose';

/**
 * Signs claims with an RSA key (RS256, RFC 7518).
 *
 * @param options.field - names the key in the error.
 * @throws CredentialsRejectedError when the text is not a private RSA key in PEM.
 */
export async function signJwt(
  claims: JWTPayload,
  privateKey: string,
  options: { field: string; keyId?: string },
): Promise<string> {
  return new SignJWT(claims)
    .setProtectedHeader({
      alg: 'RS256',
      typ: 'JWT',
      ...(options.keyId && { kid: options.keyId }),
    })
    .sign(parseKey(privateKey, options.field));
}

function parseKey(pem: string, field: string) {
  // The reason of the parser is left out: it says nothing more, and it has seen the key.
  const unusable = new CredentialsRejectedError(
    `${field} is not a private RSA key in PEM`,
  );
  let key;
  try {
    key = createPrivateKey(pem);
  } catch {
    throw unusable;
  }
  if (key.asymmetricKeyType !== 'rsa') {
    throw unusable;
  }
  return key;
}
