import {
  isKargoRequestError,
  isOutOfRangeError,
  KargoApi,
  NamedWatchEvent,
  WatchedKinds,
  WatchOptions,
  WatchRequest,
} from 'backstage-plugin-kargo-common';

/**
 * How fresh the data on the screen is. `live` only while something arrives, be it a
 * keep-alive: a proxy may hold back what the server sends.
 */
export type LiveState = 'connecting' | 'live' | 'reconnecting' | 'polling';

/** A change, or how far the server has come without one. */
export type StreamedChange = Exclude<NamedWatchEvent, { type: 'ERROR' }>;

/** Something on the page that follows changes. */
export interface Subscriber {
  /** What to watch, from where it stands now. */
  request: () => WatchRequest<keyof WatchedKinds>;
  /** Lists again, because the stream cannot continue or has told nothing for a while. */
  relist: () => Promise<unknown>;
  onChanges: (changes: StreamedChange[]) => void;
  onState: (state: LiveState) => void;
}

/** What a {@link ChangeStream} needs; effects come in here, so that tests own time. */
export interface ChangeStreamOptions {
  watchMany: KargoApi['watchMany'];
  /** Milliseconds of a clock that only goes forward. */
  now: () => number;
  /** Ends early, without an error, when the signal fires. */
  delay: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  /** In [0, 1). */
  random: () => number;
}

const FIRST_DELAY_MS = 1_000;
const LONGEST_DELAY_MS = 30_000;
/** Time in which changes are collected, and what comes and goes on a page. */
export const BATCH_MS = 50;
/** Least time between two drawings while changes keep coming: often enough for a person. */
export const BUSY_MS = 250;
/** The server sends a keep-alive every 30 s; without one nothing comes through. */
export const SILENCE_MS = 40_000;
/** What arrives so long after the opening is no farewell: the line holds. */
export const STEADY_MS = 20_000;
/** Failures in a row after which the marker says that it polls. */
const PATIENCE = 3;
/** How long what is refused is left to polling: a portal that starts, or a policy, may mean it for a moment. */
export const REFUSED_MS = 60_000;

/** Milliseconds before the next attempt: doubling from 1 s to 30 s, half of it random. */
export function reconnectDelay(attempt: number, random: number): number {
  const ceiling = Math.min(
    LONGEST_DELAY_MS,
    FIRST_DELAY_MS * 2 ** Math.max(0, attempt - 1),
  );
  return ceiling / 2 + (ceiling / 2) * random;
}

/** How a stream ended. */
type StreamEnd =
  /** What is on the page is not what the stream was opened for. */
  | { kind: 'outdated' }
  | { kind: 'broken' }
  /** Nothing came through it for too long. */
  | { kind: 'silent' }
  /** It cannot go on from where it was. */
  | { kind: 'expired' }
  /** There is none for now. */
  | { kind: 'refused' };

function endOf(error: unknown): StreamEnd {
  if (isOutOfRangeError(error)) {
    return { kind: 'expired' };
  }
  return { kind: isRefusal(error) ? 'refused' : 'broken' };
}

const REFUSALS = new Set([
  'permission_denied',
  'not_found',
  'invalid_argument',
]);

/** What is refused would be at once again; a broken server may recover any moment. */
function isRefusal(error: unknown): boolean {
  if (!isKargoRequestError(error)) {
    return false;
  }
  const { status, code = '' } = error;
  return (
    REFUSALS.has(code) ||
    (status >= 400 && status < 500 && ![408, 410, 425, 429].includes(status))
  );
}

/**
 * Keeps everything on a page current over one stream, which is opened again when something
 * comes or goes, when it ends, breaks or falls silent.
 *
 * @remarks
 * A browser has few connections, so a page may occupy one. A subscriber whose starting
 * point is too old lists again. One that the server refuses does so, too, which tells why;
 * it polls for a while, and the others go on. That a stream opens is no success: the pauses
 * between attempts grow until a change arrives or a stream holds.
 */
export class ChangeStream {
  static create(options: ChangeStreamOptions): ChangeStream {
    return new ChangeStream(options);
  }

  /** By the names that the stream knows them by. */
  private readonly members = new Map<string, Subscriber>();
  /** Those that were refused, until they are tried again. */
  private readonly refused = new Map<string, AbortController>();
  private state: LiveState = 'connecting';
  private failures = 0;
  private names = 0;
  /** Fires when the stream is to be opened for other members. */
  private outdated = new AbortController();
  private isRunning = false;

  private constructor(private readonly options: ChangeStreamOptions) {}

  /** Follows changes until the returned function is called. */
  subscribe(subscriber: Subscriber): () => void {
    this.names += 1;
    const name = `w${this.names}`;
    this.join(name, subscriber);
    return () => {
      this.refused.get(name)?.abort();
      if (this.members.delete(name)) {
        this.outdated.abort();
      }
    };
  }

  private join(name: string, subscriber: Subscriber): void {
    this.members.set(name, subscriber);
    this.outdated.abort();
    if (!this.isRunning) {
      this.isRunning = true;
      // Ends with the last subscriber and never fails.
      this.run();
    }
  }

  /** Leaves a member to polling for a while. */
  private async leaveOut(name: string, member: Subscriber): Promise<void> {
    this.members.delete(name);
    const gone = new AbortController();
    this.refused.set(name, gone);
    member.onState('polling');
    await this.relist([member]);
    await this.options.delay(REFUSED_MS, gone.signal);
    this.refused.delete(name);
    if (!gone.signal.aborted) {
      this.join(name, member);
    }
  }

  private async run(): Promise<void> {
    this.state = 'connecting';
    this.failures = 0;
    for (;;) {
      // What mounts together shares the first stream.
      await this.options.delay(BATCH_MS, new AbortController().signal);
      if (this.members.size === 0) {
        this.isRunning = false;
        return;
      }
      this.outdated = new AbortController();
      const end = await this.follow(this.outdated.signal);
      if (end.kind !== 'outdated') {
        await this.recover(end);
      }
    }
  }

  private async recover(end: StreamEnd): Promise<void> {
    if (end.kind === 'refused') {
      // Each waits by itself and never fails.
      this.members.forEach((member, name) => this.leaveOut(name, member));
      return;
    }
    this.failures += 1;
    const hasGivenUp = this.failures > PATIENCE || this.state === 'polling';
    this.setState(
      end.kind === 'silent' || hasGivenUp ? 'polling' : 'reconnecting',
    );
    if (end.kind === 'silent' || this.failures === 2) {
      // Twice in a row: plain requests find out whether anybody is there at all.
      await this.relist([...this.members.values()]);
    }
    await this.options.delay(
      reconnectDelay(this.failures, this.options.random()),
      this.outdated.signal,
    );
  }

  private async relist(members: Subscriber[]): Promise<void> {
    await Promise.all(members.map(member => member.relist()));
  }

  private setState(state: LiveState): void {
    this.state = state;
    this.members.forEach(member => member.onState(state));
  }

  /** Follows the members of this moment over one stream. */
  private async follow(outdated: AbortSignal): Promise<StreamEnd> {
    const { now } = this.options;
    const members = new Map(this.members);
    const line = new AbortController();
    const stop = () => line.abort();
    outdated.addEventListener('abort', stop);
    const openedAt = now();
    const silence = watchSilence(this.options, line);
    const batch = createBatch(members, this.options);
    let isLive = false;
    const heard = () => {
      silence.heard();
      if (!isLive && !outdated.aborted) {
        isLive = true;
        this.setState('live');
      }
    };
    const options: WatchOptions = {
      signal: line.signal,
      onActivity: () => {
        heard();
        if (now() - openedAt >= STEADY_MS) {
          this.failures = 0;
        }
      },
    };
    try {
      const watches = [...members].map(
        ([name, member]) => [name, member.request()] as const,
      );
      const stream = this.options.watchMany(
        Object.fromEntries(watches),
        options,
      );
      for await (const event of stream) {
        heard();
        if (event.type === 'ERROR') {
          batch.flush();
          const end = await this.dismiss(event.id, event.error);
          if (end) return end;
        } else {
          if (event.type !== 'BOOKMARK') this.failures = 0;
          batch.add(event);
        }
      }
      // A stream that ends cleanly was cut by a proxy or a restart: it is opened again.
      return { kind: endKind(outdated, silence.hasFired()) ?? 'broken' };
    } catch (error) {
      const kind = endKind(outdated, silence.hasFired());
      return kind ? { kind } : this.expire(endOf(error));
    } finally {
      batch.flush();
      line.abort();
      outdated.removeEventListener('abort', stop);
    }
  }

  /** What the failure of one watch means for the stream; nothing when the others go on. */
  private async dismiss(
    name: string,
    error: unknown,
  ): Promise<StreamEnd | undefined> {
    const member = this.members.get(name);
    const end = endOf(error);
    if (end.kind === 'refused') {
      if (member) {
        // Waits by itself and never fails.
        this.leaveOut(name, member);
      }
      return undefined;
    }
    if (end.kind === 'expired' && member) {
      await this.relist([member]);
    }
    return end;
  }

  private async expire(end: StreamEnd): Promise<StreamEnd> {
    if (end.kind === 'expired') {
      await this.relist([...this.members.values()]);
    }
    return end;
  }
}

function endKind(
  outdated: AbortSignal,
  isSilent: boolean,
): 'outdated' | 'silent' | undefined {
  if (outdated.aborted) {
    return 'outdated';
  }
  return isSilent ? 'silent' : undefined;
}

/** Cuts a line that nothing has come through for {@link SILENCE_MS}. */
function watchSilence(
  { now, delay }: Pick<ChangeStreamOptions, 'now' | 'delay'>,
  line: AbortController,
) {
  let heardAt = now();
  let hasFired = false;
  const wait = async () => {
    while (!line.signal.aborted) {
      const left = heardAt + SILENCE_MS - now();
      if (left <= 0) {
        hasFired = true;
        line.abort();
        return;
      }
      await delay(left, line.signal);
    }
  };
  // Ends with the line and never fails.
  wait();
  return {
    heard: () => {
      heardAt = now();
    },
    hasFired: () => hasFired,
  };
}

/**
 * Collects what arrives within a blink, so that a burst is drawn once; while more keeps
 * coming for longer, so that drawing it leaves the page time for its person.
 */
function createBatch(
  members: ReadonlyMap<string, Subscriber>,
  { now, delay }: ChangeStreamOptions,
) {
  let changes: StreamedChange[] = [];
  let waiting: AbortController | undefined;
  let flushedAt = -Infinity;
  const flush = () => {
    waiting?.abort();
    waiting = undefined;
    flushedAt = now();
    const ready = changes;
    changes = [];
    members.forEach((member, name) => {
      const own = ready.filter(({ id }) => id === name);
      if (own.length > 0) {
        member.onChanges(own);
      }
    });
  };
  const flushLater = async () => {
    const own = new AbortController();
    waiting = own;
    await delay(Math.max(BATCH_MS, flushedAt + BUSY_MS - now()), own.signal);
    if (waiting === own) {
      flush();
    }
  };
  return {
    flush,
    add(change: StreamedChange) {
      changes.push(change);
      if (!waiting) {
        // Ends with the flush and never fails.
        flushLater();
      }
    },
  };
}
