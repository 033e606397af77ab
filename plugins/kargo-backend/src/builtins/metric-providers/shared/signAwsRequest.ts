import { AwsV4Signer } from 'aws4fetch';
import { MetricEnvironment } from './MetricEnvironment';

/** A request to be signed; the body is what is sent. */
export interface AwsRequest {
  url: URL;
  method: 'GET' | 'POST';
  headers: Record<string, string>;
  body: string;
  region: string;
  service: string;
}

/**
 * Headers of a request with Signature Version 4 of AWS, by the credentials of the
 * environment (`AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_SESSION_TOKEN`).
 *
 * @param nowMs - epoch milliseconds
 * @throws Error when there are none
 */
export async function signAwsRequest(
  { url, body, ...request }: AwsRequest,
  environment: MetricEnvironment,
  nowMs: number,
): Promise<Record<string, string>> {
  const {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
  } = environment;
  if (!accessKeyId || !secretAccessKey) {
    throw new Error(
      'the portal has no AWS credentials: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set',
    );
  }
  const { authorization: _, ...headers } = request.headers;
  const signer = new AwsV4Signer({
    ...request,
    headers,
    // Without this the type of the content is left out, which AWS wants to be signed.
    allHeaders: true,
    ...{ url: url.href, body, accessKeyId, secretAccessKey, sessionToken },
    datetime: new Date(nowMs).toISOString().replace(/[-:]|\.\d{3}/g, ''),
  });
  const signed = await signer.sign();
  return Object.fromEntries(signed.headers.entries());
}
