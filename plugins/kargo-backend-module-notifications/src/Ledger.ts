import { ToldEvent } from './toldEvent';

/** Freight that may enter Stages once it has stayed somewhere as long as it must. */
export interface Soak {
  id: string;
  /** Epoch milliseconds. */
  dueAtMs: number;
  /** What made it wait. */
  event: ToldEvent;
  /** Names of the Stages. */
  stages: string[];
}

/** Something of which people are to be told. */
export interface Task {
  event: ToldEvent;
  /** Names of the Stages to tell of, instead of those that the event concerns. */
  only?: readonly string[];
}

/** A {@link Task} that is kept; a later one has a greater id. */
export interface KeptTask extends Task {
  id: number;
}

/** What has happened since. */
export interface Intake {
  /** Up to which revision of Kargo's store the tasks reach; absent: no further. */
  revision?: string;
  /** In their order. */
  tasks: readonly Task[];
  /** Ids of soaks that have become tasks. */
  soaked: readonly string[];
}

/** A notice that was sent. */
export interface SentNotice {
  project: string;
  scope: string;
  /** Of what it says, and to whom. */
  digest: string;
  /** Whether it says that something waits. */
  begins: boolean;
}

/** What tasks of a project came to. */
export interface Completion {
  project: string;
  /** Ids of the tasks. */
  done: readonly number[];
  /** Scopes of which nothing waits any more. */
  ended: readonly string[];
  soaks: readonly Soak[];
}

/**
 * What is to be told, and what was told so far, for all replicas, of which one at a time tells.
 *
 * @remarks
 * Whoever has claimed it is its holder until the claim ends or another one is made by the same
 * replica; only the holder may write. What is written at once is written as a whole or not at
 * all. Events become tasks, the tasks of a project are worked on together, each notice of them
 * is noted when it was sent, and the notes go with the tasks: whoever goes on after a holder
 * that was killed sends what is not noted.
 */
export interface Ledger {
  /** Becomes or stays its holder; `false` while another replica is. */
  claim(): Promise<boolean>;
  /** Lets others be its holder at once. */
  release(): Promise<void>;
  /** Up to which revision all events have become tasks; `undefined` before the first. */
  findRevision(): Promise<string | undefined>;
  /** @throws LostLedgerError when another replica has become its holder, as the others below */
  takeIn(intake: Intake): Promise<void>;
  /** Projects that have tasks. */
  listProjects(): Promise<string[]>;
  /** Tasks of a project, the first first. */
  listTasks(project: string, limit: number): Promise<KeptTask[]>;
  /** What was sent of the tasks of a project that are not completed, by scope. */
  findSent(project: string): Promise<ReadonlyMap<string, string>>;
  noteSent(notice: SentNotice): Promise<void>;
  complete(completion: Completion): Promise<void>;
  /** Those of some scopes of which people were told that something waits. */
  findWaiting(scopes: readonly string[]): Promise<ReadonlySet<string>>;
  /** The soaks that are over, the first first. */
  listDueSoaks(nowMs: number, limit: number): Promise<Soak[]>;
  /** When the next soak is over, in epoch milliseconds. */
  findNextDue(): Promise<number | undefined>;
}

/** Another replica goes on. */
export class LostLedgerError extends Error {
  readonly name = 'LostLedgerError';

  constructor() {
    super('Another replica of the portal tells people of events now');
  }
}
