import { Readable } from 'node:stream';
import {
  HttpClient,
  HttpRequest,
  HttpResponse,
  HttpStream,
} from '../contracts/http';

/** What a host answers: a status and a body, of which an object is sent as JSON. @public */
export interface FakeHttpAnswer {
  /** 200 unless told. */
  status?: number;
  headers?: Record<string, string>;
  body?: string | Uint8Array | object;
}

/** An HTTP client of a test, and what was asked with it. @public */
export interface FakeHttp extends HttpClient {
  /** Everything that was asked, in order. */
  readonly requests: readonly HttpRequest[];
}

/**
 * Stands in for the hosts that a step asks: answers by method and URL.
 *
 * @remarks
 * Nothing leaves the process. As with the real client any status is an answer, a body that
 * is larger than the request allows is an error, and so is a request whose signal has fired.
 * A request that no route answers throws and names the route; to play a host that does not
 * answer, let the route throw an `UpstreamUnavailableError`.
 *
 * @param routes - by `METHOD URL`, for example `GET https://api.example.com/items?page=1`
 *
 * @public
 */
export function fakeHttp(
  routes: Record<
    string,
    FakeHttpAnswer | ((request: HttpRequest) => FakeHttpAnswer)
  >,
): FakeHttp {
  const requests: HttpRequest[] = [];
  const send = async (request: HttpRequest): Promise<HttpResponse> => {
    request.signal?.throwIfAborted();
    requests.push(request);
    const url = new URL(request.url);
    const route = `${request.method ?? 'GET'} ${url.href}`;
    const found = new Map(
      Object.entries(routes).map(([key, answer]) => [normalized(key), answer]),
    ).get(route);
    if (found === undefined) {
      throw new Error(`The test gave no answer to '${route}'`);
    }
    const answer = typeof found === 'function' ? found(request) : found;
    const { status = 200, headers = {} } = answer;
    const body = bytesOf(answer.body);
    if (request.maxBytes !== undefined && body.length > request.maxBytes) {
      throw new Error(
        `${url.host} answers with more than ${request.maxBytes} bytes`,
      );
    }
    return {
      ...{ status, url, body },
      headers: Object.fromEntries(
        Object.entries(headers).map(([name, value]) => [
          name.toLowerCase(),
          [value],
        ]),
      ),
    };
  };
  const open = async (request: HttpRequest): Promise<HttpStream> => {
    const { body, ...head } = await send(request);
    return { ...head, body: Readable.from(body.length > 0 ? [body] : []) };
  };
  return { requests, send, open };
}

function normalized(route: string): string {
  const [method, url] = route.split(' ', 2);
  return `${method} ${new URL(url).href}`;
}

function bytesOf(body: FakeHttpAnswer['body'] = ''): Buffer {
  return typeof body === 'string' || body instanceof Uint8Array
    ? Buffer.from(body)
    : Buffer.from(JSON.stringify(body));
}
