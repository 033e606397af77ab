import { JsonObject, Measurement } from 'backstage-plugin-kargo-common';
import {
  AnyMetricProvider,
  MetricContext,
  MetricOutcome,
  MetricProvider,
} from 'backstage-plugin-kargo-node';
import { LoopbackServer, Reply, startLoopbackServer } from 'kargo-test';
import { UndiciHttpClient } from '../adapters/http/UndiciHttpClient';

/** A request as the server saw it. */
export interface SeenRequest {
  method: string;
  /** Path and query. */
  url: string;
  headers: Record<string, string | string[] | undefined>;
  body: string;
}

/** What a measurement may be told beside its configuration. */
export interface MeasureOptions {
  /** Secrets by `project/name` or `installation/name`. */
  secrets?: Record<string, Record<string, string>>;
  interval?: string;
  /** When the run began, RFC 3339. */
  startedAt?: string;
  /** Measurement to go on with. */
  measurement?: Measurement;
  signal?: AbortSignal;
}

/** The moment at which everything is measured. */
export const NOW = Date.parse('2026-06-01T12:00:00Z');

/**
 * Stands in for a server of metrics on this machine, and measures with a provider through
 * the real HTTP client.
 */
export class MetricServer {
  readonly seen: SeenRequest[] = [];
  /** What was asked to show nowhere. */
  readonly masked: string[] = [];
  /** Answers by request; 404 unless a test says otherwise. */
  answer: (request: SeenRequest) => Reply = () => ({ status: 404 });
  readonly #client = UndiciHttpClient.create({
    egress: { allowLoopback: true },
  });

  static async start(): Promise<MetricServer> {
    const metrics: MetricServer = new MetricServer(
      await startLoopbackServer({
        route: () => 'any',
        async handle(request) {
          const seen = {
            method: request.method,
            url: request.url.pathname + request.url.search,
            headers: request.headers,
            body: (await request.body()).toString(),
          };
          metrics.seen.push(seen);
          return metrics.answer(seen);
        },
      }),
    );
    return metrics;
  }

  private constructor(private readonly server: LoopbackServer) {}

  get url(): string {
    return this.server.url;
  }

  /** Answers everything with JSON from now on. */
  answerJson(body: unknown, status = 200): void {
    this.answer = () => json(body, status);
  }

  reset(): void {
    this.seen.length = 0;
    this.masked.length = 0;
    this.answer = () => ({ status: 404 });
  }

  async close(): Promise<void> {
    await this.#client.close();
    await this.server.close();
  }

  /** Asks a provider as the engine does: the configuration is parsed first. */
  async measure(
    provider: AnyMetricProvider | MetricProvider,
    config: JsonObject,
    options: MeasureOptions = {},
  ): Promise<MetricOutcome> {
    const known = provider as unknown as MetricProvider;
    const parsed = known.config.parse(config);
    const context = this.#context(options);
    const outcome = options.measurement
      ? await known.resume?.(parsed, context, options.measurement)
      : await known.measure(parsed, context);
    if (!outcome) {
      throw new Error(`Provider '${known.id}' cannot resume`);
    }
    return outcome;
  }

  #context(options: MeasureOptions): MetricContext {
    const signal = options.signal ?? new AbortController().signal;
    const bound = <T extends object>(request: T) => ({ ...request, signal });
    return {
      project: 'demo',
      analysisRun: {
        name: 'run',
        uid: 'uid',
        startedAt: options.startedAt ?? '2026-06-01T11:00:00Z',
      },
      metric: {
        name: 'metric',
        ...(options.interval && { interval: options.interval }),
      },
      number: 1,
      http: {
        send: request => this.#client.send(bound(request)),
        open: request => this.#client.open(bound(request)),
      },
      secrets: {
        find: async (name, place) => options.secrets?.[`${place}/${name}`],
        mask: value => {
          this.masked.push(value);
        },
      },
      signal,
      logger: undefined as unknown as MetricContext['logger'],
      now: () => NOW,
    };
  }
}

/** A reply of JSON. */
export function json(body: unknown, status = 200): Reply {
  return {
    status,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  };
}
