// Loaded in front of a portal: measures how long its event loop is held, how large it is, and
// the processor time it took since its start. A line on SIGUSR2.
const { appendFileSync } = require('node:fs');
const { monitorEventLoopDelay } = require('node:perf_hooks');
const { setFlagsFromString } = require('node:v8');
const { runInNewContext } = require('node:vm');
const { isMainThread } = require('node:worker_threads');

const {
  BENCH_LOOP_FILE: file,
  BENCH_LOOP_RESOLUTION_MS: resolution,
  BENCH_BALLAST_MIB: ballast,
} = process.env;
// Programs that are started while the portal starts load this as well.
if (isMainThread && file) {
  const histogram = monitorEventLoopDelay({ resolution: Number(resolution) });
  histogram.enable();
  setFlagsFromString('--expose-gc');
  const collectGarbage = runInNewContext('gc');
  const processorMs = () => {
    const { user, system } = process.cpuUsage();
    return Math.round((user + system) / 1e3);
  };
  process.on('SIGUSR2', () => {
    const inMs = nanoseconds => Math.round(nanoseconds / 1e4) / 100;
    const delays = {
      p50: inMs(histogram.percentile(50)),
      p99: inMs(histogram.percentile(99)),
      max: inMs(histogram.max),
    };
    const tookMs = processorMs();
    // What nothing refers to any more is not what the portal needs.
    collectGarbage();
    const figures = {
      ...delays,
      residentMebibytes: Math.round(process.memoryUsage().rss / 2 ** 20),
      heapMebibytes: Math.round(process.memoryUsage().heapUsed / 2 ** 20),
      processorMs: tookMs,
      processorMsAfterwards: processorMs(),
    };
    appendFileSync(file, `${JSON.stringify(figures)}\n`);
    histogram.reset();
  });
  // As large as a portal with more plugins is.
  globalThis.ballast = Array.from({ length: Number(ballast ?? 0) }, () =>
    Buffer.alloc(2 ** 20, 1),
  );
}
