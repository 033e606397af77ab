import { readdir, readFile } from 'node:fs/promises';

/** What the processes of one call may use together. */
export interface GroupLimits {
  readonly processes: number;
  readonly memoryBytes: number;
}

/** Use of one process group at one moment. */
export interface GroupUse {
  processes: number;
  memoryBytes: number;
}

const PERIOD_MS = 1000;
const PAGE_BYTES = 4096;

/**
 * Looks once a second at what process groups use, and reports those over their limits.
 *
 * @remarks
 * The limits of the operating system count per user or per process; one call of git is a
 * group of processes. Where there is no `/proc` nothing is watched. Idle without groups.
 */
export class GroupWatch {
  readonly #groups = new Map<
    number,
    { limits: GroupLimits; onExceeded: (what: string) => void }
  >();
  #timer: NodeJS.Timeout | undefined;

  /** @param readUse - of all process groups, by id */
  constructor(
    private readonly readUse: () => Promise<
      Map<number, GroupUse>
    > = readGroupUse,
  ) {}

  /** Watches a group until the returned function is called. */
  add(
    group: number,
    limits: GroupLimits,
    onExceeded: (what: string) => void,
  ): () => void {
    this.#groups.set(group, { limits, onExceeded });
    this.#schedule();
    return () => {
      this.#groups.delete(group);
      if (this.#groups.size === 0) {
        clearTimeout(this.#timer);
        this.#timer = undefined;
      }
    };
  }

  #schedule(): void {
    this.#timer ??= setTimeout(() => this.#look(), PERIOD_MS).unref();
  }

  async #look(): Promise<void> {
    const use = await this.readUse().catch(() => new Map<number, GroupUse>());
    for (const [group, { limits, onExceeded }] of this.#groups) {
      const exceeded = findExceeded(use.get(group), limits);
      if (exceeded !== undefined) {
        onExceeded(exceeded);
      }
    }
    this.#timer = undefined;
    if (this.#groups.size > 0) {
      this.#schedule();
    }
  }
}

function findExceeded(
  use: GroupUse | undefined,
  limits: GroupLimits,
): string | undefined {
  if (use && use.processes > limits.processes) {
    return `${use.processes} processes at once, ${limits.processes} are allowed`;
  }
  if (use && use.memoryBytes > limits.memoryBytes) {
    const inMiB = (bytes: number) => `${Math.round(bytes / 1024 / 1024)} MiB`;
    return `${inMiB(use.memoryBytes)} of memory, ${inMiB(
      limits.memoryBytes,
    )} are allowed`;
  }
  return undefined;
}

/** Reads `/proc/<pid>/stat` of every process (proc(5)). */
async function readGroupUse(): Promise<Map<number, GroupUse>> {
  const groups = new Map<number, GroupUse>();
  const names = await readdir('/proc');
  for (const pid of names.filter(name => /^\d+$/.test(name))) {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
    // The name of the program stands in parentheses and may contain anything.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const group = Number(fields[2]);
    const pages = Number(fields[21]);
    if (Number.isInteger(group) && Number.isInteger(pages)) {
      const use = groups.get(group) ?? { processes: 0, memoryBytes: 0 };
      use.processes++;
      use.memoryBytes += pages * PAGE_BYTES;
      groups.set(group, use);
    }
  }
  return groups;
}
