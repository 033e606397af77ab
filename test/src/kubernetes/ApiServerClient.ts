import { once } from 'node:events';
import { type IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { text } from 'node:stream/consumers';

/** What an API server says to a request. */
export interface ApiServerAnswer {
  status: number;
  body: string;
}

/** Somebody who may do everything on a real API server, and says what in plain requests. */
export class ApiServerClient {
  constructor(readonly url: string, readonly token: string) {}

  /** @param body - in JSON or YAML */
  async send(
    method: string,
    path: string,
    body?: string,
  ): Promise<ApiServerAnswer> {
    const asking = request(`${this.url}${path}`, {
      method,
      // It makes its own certificate.
      rejectUnauthorized: false,
      headers: {
        authorization: `Bearer ${this.token}`,
        ...(body && { 'content-type': 'application/yaml' }),
      },
    });
    asking.end(body);
    const [response] = (await once(asking, 'response')) as [IncomingMessage];
    return { status: response.statusCode ?? 0, body: await text(response) };
  }

  /**
   * The object that an answer holds; `undefined` where there is none.
   *
   * @throws Error with what the server says when it refuses
   */
  async ask(
    method: string,
    path: string,
    object?: object,
  ): Promise<any | undefined> {
    const { status, body } = await this.send(
      method,
      path,
      object && JSON.stringify(object),
    );
    if (status === 404) return undefined;
    if (status >= 300) {
      throw new Error(`${method} ${path} answered ${status}: ${body}`);
    }
    return JSON.parse(body);
  }
}
