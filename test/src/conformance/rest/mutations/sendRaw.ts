import { Agent, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { type RestTarget } from '../RestClient';
import { type RawRequest } from './mutateRequest';

/** What came back. */
export interface RawAnswer {
  status: number;
  headers: NodeJS.Dict<string | string[]>;
  /** Of a stream only what came with its head. */
  text: string;
}

/** An answer that takes longer counts as none. */
const LIMIT_MS = 20_000;

/** Sends a request as it is, without the corrections that `fetch` makes. */
export function sendRaw(
  { api, token }: RestTarget,
  { method, path, bytes, headers }: RawRequest,
  agent: Agent,
): Promise<RawAnswer> {
  const { hostname, port, pathname } = new URL(api);
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        ...{ agent, hostname, port, method, timeout: LIMIT_MS },
        // Node refuses to send what is no character of an address.
        path: `${pathname}${path.replace(/[^\x21-\x7e]/g, '+')}`,
        headers: {
          authorization: `Bearer ${token}`,
          ...headers,
          ...(bytes && { 'content-length': bytes.length }),
        },
      },
      response => {
        const { statusCode = 0, headers: told } = response;
        const answer = { status: statusCode, headers: told };
        if (told['content-type']?.startsWith('text/event-stream')) {
          response.destroy();
          resolve({ ...answer, text: '' });
          return;
        }
        text(response).then(body => resolve({ ...answer, text: body }), reject);
      },
    );
    sent.on('timeout', () =>
      sent.destroy(new Error(`no answer within ${LIMIT_MS / 1000} s`)),
    );
    sent.on('error', reject);
    sent.end(bytes);
  });
}
