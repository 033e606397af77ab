import { setTimeout as delay } from 'node:timers/promises';
import { pick } from 'backstage-plugin-kargo-backend/src/testing/seededRandom';
import type { GitServer } from '../world/gitServer';
import type { LoopbackServer } from '../world/loopbackServer';
import type { Postgres } from '../world/postgres';
import type { Replica } from './Replica';

/** What a disturbance may lay its hands on. */
export interface Disturbed {
  readonly replicas: readonly Replica[];
  readonly postgres: Postgres;
  readonly git: GitServer;
  readonly doorbell: LoopbackServer;
  readonly random: () => number;
}

/** Something that goes wrong, and is mended before it resolves. */
type Disturbance = (world: Disturbed) => Promise<void>;

/** Lets things go wrong until the signal fires or there are no more; tells how often each did. */
export type Disturbances = (
  world: Disturbed,
  signal: AbortSignal,
  report: (line: string) => void,
) => Promise<Record<string, number>>;

const between = (random: () => number, from: number, to: number) =>
  from + random() * (to - from);

async function endReplica(
  { replicas, random }: Disturbed,
  signal: NodeJS.Signals,
  longestDownMs = 8_000,
): Promise<void> {
  const replica = pick(random, replicas);
  await replica.kill(signal);
  await delay(between(random, 0, longestDownMs));
  await replica.start();
}

/** Everything that may go wrong, by name. */
const DISTURBANCES: Readonly<Record<string, Disturbance>> = {
  'replica killed': world => endReplica(world, 'SIGKILL'),
  'replica stopped in good order': world => endReplica(world, 'SIGTERM'),

  async 'replica frozen'({ replicas, random }) {
    const replica = pick(random, replicas);
    replica.freeze();
    await delay(between(random, 5_000, 40_000));
    replica.thaw();
  },

  async 'wall clock set'({ replicas, random }) {
    const minutes = between(random, -10, 10);
    await pick(random, replicas).stepClock(minutes * 60_000);
    await delay(between(random, 5_000, 20_000));
  },

  async 'PostgreSQL crashed'({ postgres, random }) {
    await postgres.crash();
    await delay(between(random, 1_000, 15_000));
    await postgres.restart();
  },

  async 'git server silent'({ git, random }) {
    const mend = git.faults.always({ kind: 'hang' });
    await delay(between(random, 2_000, 20_000));
    mend();
  },

  async 'git server answers 502'({ git, random }) {
    const mend = git.faults.always({ kind: 'status', status: 502 });
    await delay(between(random, 500, 3_000));
    mend();
  },

  async 'answers to pushes cut off'({ git, random }) {
    const mend = git.faults.always(
      { kind: 'truncate', afterBytes: 10 },
      { route: 'push' },
    );
    await delay(between(random, 500, 3_000));
    mend();
  },

  async 'doorbell silent'({ doorbell, random }) {
    const mend = doorbell.faults.always({ kind: 'hang' });
    await delay(between(random, 2_000, 15_000));
    mend();
  },
};

/** Everything that may go wrong, one thing after another, for as long as the signal says. */
export const anything: Disturbances = async (world, signal, report) => {
  const counts: Record<string, number> = {};
  while (!signal.aborted) {
    const name = pick(world.random, Object.keys(DISTURBANCES));
    report(name);
    await DISTURBANCES[name](world);
    counts[name] = (counts[name] ?? 0) + 1;
    await delay(between(world.random, 2_000, 10_000), undefined, {
      signal,
    }).catch(() => undefined);
  }
  return counts;
};

/** One of the replicas is killed at any moment, again and again, so many times. */
export function kills(times: number): Disturbances {
  return async (world, signal, report) => {
    let count = 0;
    while (count < times && !signal.aborted) {
      await delay(between(world.random, 500, 5_000));
      count += 1;
      report(`kill ${count} of ${times}`);
      await endReplica(world, 'SIGKILL', 2_000);
    }
    return { 'replica killed': count };
  };
}
