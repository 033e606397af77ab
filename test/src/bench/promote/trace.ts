import { BenchPortal, POSTGRES_URL, type Span } from './BenchPortal';
import { aGitStage, aProject } from './manifests';

/** One line of the table. */
interface Row {
  kind: string;
  what: string;
  startedMs: number;
  endedMs: number;
}

const WARM_UPS = 3;

/**
 * Follows one Promotion that clones, sets an image, commits and pushes: what happened when,
 * for how long, and how much of the time no span explains.
 *
 * @remarks On SQLite, or with `BENCH_DATABASES=postgres` on PostgreSQL.
 * @returns a table in plain text
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
    const askedMs = performance.now();
    const name = await bench.promote('by-hand', freight[WARM_UPS % 2]);
    const answeredMs = performance.now();
    const succeededMs = await bench.succeeded(name);
    const origin = performance.timeOrigin + askedMs;
    const rows: Row[] = [
      ...(await bench.spans()).flatMap(toRow),
      ...bench.log.since(askedMs).map(({ path, startedMs, endedMs = 0 }) => ({
        kind: 'request',
        what: path.replace(/^\/[^/]+\.git/, ''),
        startedMs: performance.timeOrigin + startedMs,
        endedMs: performance.timeOrigin + endedMs,
      })),
      {
        kind: 'asking',
        what: 'POST …/promotions',
        startedMs: origin,
        endedMs: performance.timeOrigin + answeredMs,
      },
    ];
    return format(rows, origin, performance.timeOrigin + succeededMs);
  } finally {
    await bench.stop();
  }
}

const KINDS: Record<string, string> = {
  'kargo.step': 'step',
  'kargo.program.start': 'start',
  'kargo.program.run': 'program',
  statement: 'statement',
};

/** Spans of others than Kargo are left out. */
function toRow({ name, startedMs, endedMs, attributes }: Span): Row[] {
  if (!Object.hasOwn(KINDS, name)) {
    return [];
  }
  const what = [
    attributes['kargo.step.uses'],
    attributes['kargo.program'],
    attributes['kargo.program.command'],
    attributes.sql?.replaceAll(/\s+/g, ' ').slice(0, 60),
  ];
  return [
    {
      kind: KINDS[name],
      what: what.filter(part => part !== undefined).join(' '),
      ...{ startedMs, endedMs },
    },
  ];
}

function format(rows: Row[], fromMs: number, untilMs: number): string {
  const inside = rows
    .filter(row => row.endedMs > fromMs && row.startedMs < untilMs)
    .sort((a, b) => a.startedMs - b.startedMs);
  const lines = inside.map(({ kind, what, startedMs, endedMs }) =>
    [
      (startedMs - fromMs).toFixed(1).padStart(8),
      (endedMs - startedMs).toFixed(1).padStart(8),
      `  ${kind.padEnd(9)} ${what}`,
    ].join(''),
  );
  const kinds = [...new Set(inside.map(({ kind }) => kind))];
  const sums = kinds.map(kind => {
    const own = inside.filter(row => row.kind === kind);
    return sumLine(`${own.length} × ${kind}`, coveredMs(own));
  });
  const totalMs = untilMs - fromMs;
  return [
    '   at ms   for ms',
    ...lines,
    '',
    '   ms in all (what overlaps counts once)',
    ...sums,
    sumLine('nothing of these', totalMs - coveredMs(inside)),
    sumLine('from asking to Succeeded', totalMs),
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
