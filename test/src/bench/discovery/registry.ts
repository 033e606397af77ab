import { HelmRepository } from 'backstage-plugin-kargo-backend/src/adapters/helm/HelmRepository';
import { UndiciHttpClient } from 'backstage-plugin-kargo-backend/src/adapters/http/UndiciHttpClient';
import { OciRegistry } from 'backstage-plugin-kargo-backend/src/adapters/oci/OciRegistry';
import { SystemClock } from 'backstage-plugin-kargo-backend/src/adapters/system/SystemClock';
import { createChartSubscription } from 'backstage-plugin-kargo-backend/src/builtins/subscriptions/chart/subscription';
import { createImageSubscription } from 'backstage-plugin-kargo-backend/src/builtins/subscriptions/image/subscription';
import { startChartServer } from '../../world/chartServer';
import type { ServerStats } from '../../world/loopbackServer';
import {
  type OciRegistry as Registry,
  startOciRegistry,
} from '../../world/ociRegistry';

const TAGS = 5_000;
const HITS = 20;
const BUILDS = 500;
const CHARTS = 100;
const VERSIONS_PER_CHART = 200;
/** What the product sends to one registry by default, per second. */
const DEFAULT_PACE = 20;

/** One figure of the benchmark. */
interface Measurement {
  readonly milliseconds: number;
  readonly requests: number;
  readonly byKind: Readonly<Record<string, number>>;
  /** Calculated: how long the requests take at the default pace. */
  readonly secondsAtDefaultPace: number;
}

/**
 * Measures discovery in registries and chart repositories on this machine, with the pace
 * of requests unlimited.
 *
 * @remarks
 * For comparison, the requests that Kargo itself makes per pass: 83 to 103 for twenty
 * SemVer hits, 2003 to 2503 for NewestBuild over 500 tags, steady state included.
 */
export async function runRegistryBench(): Promise<object> {
  return {
    semver: await measureSemver(),
    newestBuild: await measureNewestBuild(),
    chartIndex: await measureChartIndex(),
  };
}

async function measureSemver(): Promise<object> {
  const server = await startOciRegistry({ auth: { kind: 'token' } });
  try {
    const noise = Array.from({ length: TAGS - HITS }, (_, i) => `build-${i}`);
    server.addTags('web', noise);
    for (let i = 0; i < HITS; i++) {
      pushBuild(server, `1.0.${i}`, i);
    }
    return {
      tags: TAGS,
      hits: HITS,
      ...(await measureImage(server, {
        config: {},
        pass: `${TAGS / 1000} lists and ${HITS} HEAD, and one token`,
      })),
    };
  } finally {
    await server.close();
  }
}

async function measureNewestBuild(): Promise<object> {
  const server = await startOciRegistry({ auth: { kind: 'token' } });
  try {
    for (let i = 0; i < BUILDS; i++) {
      pushBuild(server, `build-${i}`, i);
    }
    const strategy = { imageSelectionStrategy: 'NewestBuild' };
    return {
      tags: BUILDS,
      ...(await measureImage(server, {
        config: strategy,
        pass: `1 list and ${BUILDS} HEAD, and one token`,
      })),
      cacheByTag: await measureImage(server, {
        config: { ...strategy, cacheByTag: true },
        pass: '1 list, and one token',
      }),
    };
  } finally {
    await server.close();
  }
}

function pushBuild(server: Registry, tag: string, index: number): void {
  const created = new Date(Date.UTC(2026, 0, 1) + index * 60_000);
  server.pushImage({
    repository: 'web',
    tag,
    content: tag,
    created: created.toISOString(),
  });
}

/** First pass, the next one, and the next one after a restart of the portal. */
async function measureImage(
  server: Registry,
  options: { config: object; pass: string },
): Promise<object> {
  const target = `${options.pass} (the token only when the portal has started anew)`;
  const session = startSession(server, options.config);
  const first = await measure(server, () => session.discover());
  const steady = await measure(server, () => session.discover(first.value));
  await session.stop();
  const restarted = startSession(server, options.config);
  const restart = await measure(server, () => restarted.discover(steady.value));
  await restarted.stop();
  return {
    'first pass': first.measurement,
    'steady state': { ...steady.measurement, target },
    'steady state after a restart': { ...restart.measurement, target },
  };
}

function startSession(server: Registry, config: object) {
  const http = UndiciHttpClient.create({ egress: { allowLoopback: true } });
  const type = createImageSubscription({
    registry: OciRegistry.create({
      http,
      clock: SystemClock.create(),
      random: Math.random,
      maxPerSecond: 1_000_000,
    }),
    cacheByTagPolicy: 'Allow',
  });
  const parsed = type.config.parse({
    repoURL: server.imageURL('web'),
    ...config,
  });
  return {
    async discover(previous?: Awaited<ReturnType<typeof type.discover>>) {
      return type.discover(
        parsed,
        previous && { result: previous.discovery, state: previous.state },
        aContext(),
      );
    },
    stop: () => http.close(),
  };
}

async function measureChartIndex(): Promise<object> {
  const server = await startChartServer();
  const http = UndiciHttpClient.create({ egress: { allowLoopback: true } });
  try {
    const index = chartIndex();
    server.setIndex(index);
    const clock = SystemClock.create();
    const type = createChartSubscription({
      charts: HelmRepository.create({ http, clock }),
      registry: OciRegistry.create({ http, clock, random: Math.random }),
    });
    const discover = (name: string) =>
      type.discover(
        type.config.parse({ repoURL: server.url, name }),
        undefined,
        aContext(),
      );
    const first = await measure(server, () => discover('chart-1'));
    const other = await measure(server, () => discover('chart-2'));
    const steady = await measure(server, () => discover('chart-1'));
    return {
      mebibytes: Math.round(index.length / 1024 / 1024),
      charts: CHARTS,
      'first pass': first.measurement,
      'another chart': other.measurement,
      'steady state': {
        ...steady.measurement,
        target: 'one conditional request, nothing parsed',
      },
    };
  } finally {
    await http.close();
    await server.close();
  }
}

function chartIndex(): string {
  const lines = ['apiVersion: v1', 'entries:'];
  for (let chart = 0; chart < CHARTS; chart++) {
    lines.push(`  chart-${chart}:`);
    for (let version = 0; version < VERSIONS_PER_CHART; version++) {
      lines.push(
        '  - annotations:',
        '      images: |',
        `        - name: a\n          image: registry.example/a:${version}`,
        '    apiVersion: v2',
        `    appVersion: 1.${version}.0`,
        '    created: "2026-01-15T12:34:56.123456789Z"',
        '    dependencies:',
        '    - name: common\n      repository: https://charts.example',
        '      version: 2.x.x',
        `    description: ${'A chart that does many things. '.repeat(20)}`,
        `    digest: ${'0123456789abcdef'.repeat(4)}`,
        `    name: chart-${chart}`,
        '    urls:',
        `    - https://charts.example/chart-${chart}-1.${version}.0.tgz`,
        `    version: 1.${version}.0`,
      );
    }
  }
  return [...lines, 'generated: "2026-01-15T12:34:56Z"', ''].join('\n');
}

function aContext() {
  return {
    project: 'bench',
    credentials: { find: async () => undefined },
    signal: new AbortController().signal,
    logger: silentLogger(),
    now: () => Date.now(),
    force: false,
  };
}

function silentLogger() {
  const ignore = () => {};
  const logger = {
    debug: ignore,
    info: ignore,
    warn: ignore,
    error: ignore,
    child: () => logger,
  };
  return logger;
}

async function measure<T>(
  server: { resetStats(): void; stats(): ServerStats },
  work: () => Promise<T>,
): Promise<{ value: T; measurement: Measurement }> {
  server.resetStats();
  const start = performance.now();
  const value = await work();
  const milliseconds = Math.round(performance.now() - start);
  const { log, requests } = server.stats();
  const byKind: Record<string, number> = {};
  for (const { method, route, status } of log) {
    const kind = `${method} ${route} ${status}`;
    byKind[kind] = (byKind[kind] ?? 0) + 1;
  }
  return {
    value,
    measurement: {
      milliseconds,
      requests,
      byKind,
      secondsAtDefaultPace: Math.max(0, requests - DEFAULT_PACE) / DEFAULT_PACE,
    },
  };
}
