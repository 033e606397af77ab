import { setTimeout as delay } from 'node:timers/promises';

/** A resource as it comes over the wire; a foreign program has no types for it. */
export interface WireResource {
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly creationTimestamp: string;
    readonly annotations?: Record<string, string>;
  };
  readonly spec?: Record<string, unknown>;
  readonly status?: Record<string, unknown> & { readonly phase?: string };
  readonly alias?: string;
  readonly images?: ReadonlyArray<{ repoURL: string; tag: string }>;
}

/** An answer of the API with its body parsed. */
export interface WireAnswer<T> {
  readonly status: number;
  readonly body: T;
}

const ENDED = ['Succeeded', 'Failed', 'Errored', 'Aborted'];
const POLL_MS = 100;

/**
 * A program that knows nothing of this repository: it speaks HTTP and JSON with a token, as
 * the API's documentation says.
 */
export class ApiProgram {
  /** @param base - the address in front of `/v1beta1` */
  constructor(private readonly base: string, private readonly token: string) {}

  async call<T>(
    method: string,
    path: string,
    body?: string | object,
  ): Promise<WireAnswer<T>> {
    const isText = typeof body === 'string';
    const response = await fetch(`${this.base}/v1beta1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.token}`,
        ...(body !== undefined && {
          'content-type': isText ? 'application/yaml' : 'application/json',
        }),
      },
      ...(body !== undefined && { body: isText ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    return {
      status: response.status,
      body: (text ? JSON.parse(text) : undefined) as T,
    };
  }

  /** Reads something that must be there. */
  async get<T = WireResource>(path: string): Promise<T> {
    const { status, body } = await this.call<T>('GET', path);
    if (status !== 200) {
      throw new Error(`GET ${path}: ${status} ${JSON.stringify(body)}`);
    }
    return body;
  }

  /** Creates what YAML documents say and throws when one was refused. */
  async create(yaml: string): Promise<WireResource[]> {
    const { status, body } = await this.call<{
      results: Array<{ error?: string; createdResourceManifest: WireResource }>;
    }>('POST', '/resources', yaml);
    const problems = body.results?.flatMap(({ error }) => error ?? []);
    if (status !== 201 || problems.length > 0) {
      throw new Error(`POST /resources: ${status} ${JSON.stringify(body)}`);
    }
    return body.results.map(result => result.createdResourceManifest);
  }

  async promote(
    project: string,
    stage: string,
    freight: string,
  ): Promise<WireResource> {
    const { status, body } = await this.call<WireResource>(
      'POST',
      `/projects/${project}/stages/${stage}/promotions`,
      { freight },
    );
    if (status !== 201) {
      throw new Error(`promote: ${status} ${JSON.stringify(body)}`);
    }
    return body;
  }

  promotion(project: string, name: string): Promise<WireResource> {
    return this.get(`/projects/${project}/promotions/${name}`);
  }

  async promotions(project: string, stage: string): Promise<WireResource[]> {
    const path = `/projects/${project}/promotions?stage=${stage}`;
    return (await this.get<{ items: WireResource[] }>(path)).items;
  }

  /** Waits until a Promotion has ended, whatever way. */
  ended(
    project: string,
    name: string,
    signal: AbortSignal,
  ): Promise<WireResource> {
    return eventually(async () => {
      const promotion = await this.promotion(project, name);
      return ENDED.includes(promotion.status?.phase ?? '')
        ? promotion
        : undefined;
    }, signal);
  }

  /** Waits until Freight may be promoted to a Stage. */
  available(
    project: string,
    stage: string,
    freight: string,
    signal: AbortSignal,
  ): Promise<true> {
    return eventually(async () => {
      const { groups } = await this.get<{
        groups: Record<string, { items: WireResource[] }>;
      }>(`/projects/${project}/freight?stage=${stage}`);
      const found = Object.values(groups)
        .flatMap(group => group.items)
        .some(({ metadata }) => metadata.name === freight);
      return found || undefined;
    }, signal);
  }

  /** Changes of a list as they come, by server-sent events. */
  async *watch(
    path: string,
    signal: AbortSignal,
  ): AsyncIterable<{ type: string; object: WireResource }> {
    const response = await fetch(`${this.base}/v1beta1${path}`, {
      headers: {
        authorization: `Bearer ${this.token}`,
        accept: 'text/event-stream',
      },
      signal,
    });
    if (!response.ok || !response.body) {
      throw new Error(`watch ${path}: ${response.status}`);
    }
    let text = '';
    for await (const chunk of response.body.pipeThrough(
      new TextDecoderStream(),
    )) {
      text += chunk;
      const events = text.split('\n\n');
      text = events.pop() ?? '';
      for (const event of events) {
        const data = event
          .split('\n')
          .filter(line => line.startsWith('data:'))
          .map(line => line.slice('data:'.length))
          .join('\n');
        if (data) {
          yield JSON.parse(data);
        }
      }
    }
  }
}

/** Asks until there is an answer; whoever asks brings the time limit. */
export async function eventually<T>(
  ask: () => Promise<T | undefined>,
  signal: AbortSignal,
): Promise<T> {
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    await delay(POLL_MS, undefined, { signal });
  }
}
