import { MetricContext } from 'backstage-plugin-kargo-node';
import { z } from 'zod';
import { readJsonAnswer } from './readAnswer';

/** The headers of a request, as metrics list them. */
export const Headers = z
  .array(z.object({ key: z.string(), value: z.string() }))
  .default([]);

/** How to get a token by client credentials; without a `tokenUrl` no token is asked for. */
export const OAuth2 = z.object({
  tokenUrl: z.string().optional(),
  clientId: z.string().optional(),
  clientSecret: z.string().optional(),
  scopes: z.array(z.string()).default([]),
});

/** Headers by name; of two with one name the later wins, whatever their case. */
export function toHeaders(
  list: z.output<typeof Headers>,
): Record<string, string> {
  const headers = new Map<string, [string, string]>();
  for (const { key, value } of list) {
    headers.set(key.toLowerCase(), [key, value]);
  }
  return Object.fromEntries(headers.values());
}

/**
 * The `Authorization` of a token that is asked for by client credentials, as RFC 6749
 * has it; a server that does not take them in a header gets them in the form. The token shows
 * nowhere from then on.
 *
 * @param options.insecure - whether its certificate is not checked, as that of who is measured
 * @returns `undefined` when none is to be asked for
 */
export async function authorize(
  oauth2: z.output<typeof OAuth2> | undefined,
  { http, secrets, signal }: Pick<MetricContext, 'http' | 'secrets' | 'signal'>,
  { insecure }: { insecure: boolean },
): Promise<string | undefined> {
  if (!oauth2?.tokenUrl) {
    return undefined;
  }
  const { tokenUrl, clientId, clientSecret, scopes } = oauth2;
  if (!clientId || !clientSecret) {
    throw new Error('missing mandatory parameter in metric for OAuth2 setup');
  }
  const form = new URLSearchParams({ grant_type: 'client_credentials' });
  if (scopes.length > 0) {
    form.set('scope', scopes.join(' '));
  }
  const ask = (body: URLSearchParams, headers: Record<string, string>) =>
    http.send({
      url: tokenUrl,
      method: 'POST',
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        accept: 'application/json',
        ...headers,
      },
      body: body.toString(),
      timeoutMs: 30_000,
      insecureSkipTLSVerify: insecure,
    });
  const credentials = [clientId, clientSecret]
    .map(encodeURIComponent)
    .join(':');
  let response = await ask(form, {
    authorization: `Basic ${Buffer.from(credentials).toString('base64')}`,
  });
  if (response.status === 400 || response.status === 401) {
    form.set('client_id', clientId);
    form.set('client_secret', clientSecret);
    response = await ask(form, {});
  }
  if (response.status !== 200) {
    throw new Error(
      `${response.url.host} gave no token: it answered ${response.status}`,
    );
  }
  const answer = (await readJsonAnswer(response, signal)) as {
    access_token?: unknown;
  } | null;
  if (typeof answer?.access_token !== 'string' || !answer.access_token) {
    throw new Error(`${response.url.host} answered without an access_token`);
  }
  secrets.mask(answer.access_token);
  return `Bearer ${answer.access_token}`;
}
