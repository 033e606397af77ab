import { setTimeout as delay } from 'node:timers/promises';
import { BenchPortal, POSTGRES_URL, type Span } from './BenchPortal';
import { aGitStage, aProject } from './manifests';

/** One line of the table. */
interface Row {
  kind: string;
  what: string;
  startedMs: number;
  endedMs: number;
  /** How many spans of the table it lies beneath; none unless told. */
  depth?: number;
}

const WARM_UPS = 3;

/** After which what the last one left to do is done. */
const SETTLING_MS = 2_000;

/**
 * Follows one Promotion that clones, sets an image, commits and pushes, and then a new tag until
 * it is Freight: what happened when, for how long, and how much of the time no span explains.
 *
 * @remarks On SQLite, or with `BENCH_DATABASES=postgres` on PostgreSQL.
 * @returns two tables in plain text
 */
export async function trace(): Promise<string> {
  const isOnPostgres = process.env.BENCH_DATABASES === 'postgres';
  const bench = await BenchPortal.start({
    stages: ['by-hand'],
    recordsSpans: true,
    ...(isOnPostgres && { postgresUrl: process.env[POSTGRES_URL] }),
  });
  try {
    const { subject } = bench;
    bench.pushTag('1.0.0');
    await bench.apply(aProject(subject) + aGitStage('by-hand', subject));
    const { name: first } = await bench.newFreight([]);
    bench.pushTag('1.0.1');
    await bench.refresh();
    const { name: second } = await bench.newFreight([first]);
    const freight = [first, second];
    for (let round = 0; round < WARM_UPS; round++) {
      const name = await bench.promote('by-hand', freight[round % 2]);
      await bench.succeeded(name);
    }
    return [
      'A Promotion, from asking for it to Succeeded',
      await tracePromotion(bench, freight[WARM_UPS % 2]),
      'A new tag, from asking for a refresh to its Freight',
      await traceNewTag(bench),
    ].join('\n\n');
  } finally {
    await bench.stop();
  }
}

async function tracePromotion(
  bench: BenchPortal,
  freight: string,
): Promise<string> {
  await delay(SETTLING_MS);
  const askedMs = performance.now();
  const name = await bench.promote('by-hand', freight);
  const asking = asked('POST …/promotions', askedMs);
  return tabulate(bench, asking, await bench.succeeded(name));
}

/** The last of some, each of which the registry has beside those before it. */
async function traceNewTag(bench: BenchPortal): Promise<string> {
  for (let round = 0; ; round++) {
    const known = bench.freight;
    bench.pushTag(`1.1.${round}`);
    await delay(SETTLING_MS);
    const askedMs = performance.now();
    await bench.refresh();
    const asking = asked('POST …/refresh', askedMs);
    const { atMs } = await bench.newFreight(known);
    if (round === WARM_UPS) {
      return tabulate(bench, asking, atMs);
    }
  }
}

/** A request to the portal that has just been answered. */
function asked(what: string, askedMs: number): Row {
  const { timeOrigin } = performance;
  return {
    ...{ kind: 'asking', what },
    startedMs: timeOrigin + askedMs,
    endedMs: timeOrigin + performance.now(),
  };
}

/** What happened from an asking on, until a moment of the monotonic clock. */
async function tabulate(
  bench: BenchPortal,
  asking: Row,
  untilMs: number,
): Promise<string> {
  const { timeOrigin } = performance;
  const requests = [bench.log, bench.registryLog].flatMap(log =>
    log.since(asking.startedMs - timeOrigin),
  );
  const rows: Row[] = [
    ...toRows(await bench.spans()),
    ...requests.map(({ method, path, startedMs, endedMs = untilMs }) => ({
      kind: 'request',
      what: `${method} ${path.replace(/^\/[^/]+\.git/, '')}`,
      startedMs: timeOrigin + startedMs,
      endedMs: timeOrigin + endedMs,
    })),
    asking,
  ];
  return format(rows, asking.startedMs, timeOrigin + untilMs);
}

const KINDS: Record<string, string> = {
  'kargo.reconcile': 'reconcile',
  'kargo.expression': 'expression',
  'kargo.store.write': 'write',
  'kargo.step': 'step',
  'kargo.program.start': 'start',
  'kargo.program.run': 'program',
  statement: 'statement',
};

/** What only holds others, which tell where its time goes. */
const HOLDING = 'reconcile';

/** What tells of a span what it was about, in this order. */
const TELLING = [
  'kargo.step.uses',
  'kargo.expression.of',
  'kargo.program',
  'kargo.program.command',
  'sql',
];

/** Spans of others than Kargo are left out. */
function toRows(spans: readonly Span[]): Row[] {
  const own = spans.filter(({ name }) => Object.hasOwn(KINDS, name));
  const byId = new Map(own.map(span => [span.id, span]));
  const depthOf = ({ parent }: Span): number => {
    const around = parent === undefined ? undefined : byId.get(parent);
    return around ? depthOf(around) + 1 : 0;
  };
  return own.flatMap(span => {
    const { name, startedMs, endedMs, attributes } = span;
    const delayMs = Number(attributes['kargo.queue.delay_ms'] ?? 0);
    const row = {
      kind: KINDS[name],
      what: tell(span),
      depth: depthOf(span),
      ...{ startedMs, endedMs },
    };
    // It had been due before somebody looked.
    const queued = { kind: 'queue', endedMs: startedMs };
    return delayMs > 0
      ? [{ ...row, ...queued, startedMs: startedMs - delayMs }, row]
      : [row];
  });
}

function tell({ name, attributes }: Span): string {
  const told = TELLING.flatMap(key => attributes[key] ?? []);
  return name === 'kargo.reconcile' || name === 'kargo.store.write'
    ? `${attributes['kargo.kind'] ?? ''} ${attributes['kargo.name'] ?? ''}`
    : told.join(' ').replaceAll(/\s+/g, ' ').slice(0, 60);
}

function format(rows: Row[], fromMs: number, untilMs: number): string {
  const inside = rows
    .filter(row => row.endedMs > fromMs && row.startedMs < untilMs)
    .sort((a, b) => a.startedMs - b.startedMs);
  const lines = inside.map(({ kind, what, startedMs, endedMs, depth = 0 }) =>
    [
      (startedMs - fromMs).toFixed(1).padStart(8),
      (endedMs - startedMs).toFixed(1).padStart(8),
      `  ${'  '.repeat(depth)}${kind.padEnd(10)} ${what}`,
    ].join(''),
  );
  const kinds = [...new Set(inside.map(({ kind }) => kind))];
  const sums = kinds.map(kind => {
    const own = inside.filter(row => row.kind === kind);
    return sumLine(`${own.length} × ${kind}`, coveredMs(own));
  });
  const totalMs = untilMs - fromMs;
  const explaining = inside.filter(({ kind }) => kind !== HOLDING);
  return [
    '   at ms   for ms',
    ...lines,
    '',
    '   ms in all (what overlaps counts once)',
    ...sums,
    sumLine(`nothing, or ${HOLDING} alone`, totalMs - coveredMs(explaining)),
    sumLine('from asking to the end', totalMs),
    '',
  ].join('\n');
}

function sumLine(what: string, milliseconds: number): string {
  return `${milliseconds.toFixed(1).padStart(8)}  ${what}`;
}

/** How long at least one of the rows, sorted by their start, was going on. */
function coveredMs(rows: readonly Row[]): number {
  let covered = 0;
  let until = -Infinity;
  for (const { startedMs, endedMs } of rows) {
    covered += Math.max(0, endedMs - Math.max(startedMs, until));
    until = Math.max(until, endedMs);
  }
  return covered;
}
