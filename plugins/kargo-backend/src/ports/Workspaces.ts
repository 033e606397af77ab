import {
  LateFiles,
  WorkspaceUsage,
} from 'backstage-plugin-kargo-node/capabilities';

/** The folders of one Promotion. */
export interface Workspace {
  /** What steps see as the root of their file system; absolute, mode 0700. */
  dir: string;
  /**
   * What belongs to the engine: clones, keys, homes of programs. Beside `dir`, on the same
   * file system, and out of reach of every path that a step can name; absolute, mode 0700.
   */
  privateDir: string;
  /** What its steps have written so far. */
  usage: WorkspaceUsage;
  /** Brings what checkouts in `dir` have left out; absent when they leave nothing out. */
  late?(signal: AbortSignal): LateFiles;
  /** Names these folders, and no others that the Promotion ever had, on any replica. */
  id: string;
  /** Whether they are not those that the status remembers, and empty. */
  isNew: boolean;
  /** Whether they are there. */
  readonly isMade: boolean;
  /**
   * Makes them, unless they are there. To be called before anything is looked for or put
   * there: most Promotions that only tell others what to do never need any.
   *
   * @throws Error when the place where they are kept belongs to somebody else
   */
  make(): Promise<void>;
}

/** Keeps folders per Promotion, for its steps alone. */
export interface Workspaces {
  /**
   * The folders in which a Promotion goes on.
   *
   * @remarks
   * Folders that another replica has left behind are not the ones that the Promotion's
   * status tells of. So the status remembers the id; what else there is of the Promotion
   * is removed, and new folders are those that can be made.
   *
   * @param id - of the folders that the status remembers; absent at the start
   */
  open(uid: string, id: string | undefined): Promise<Workspace>;
  /**
   * Removes the folders of the Promotion that were opened here; nothing happens when there
   * are none. What a process that outlives its step still writes there goes with them.
   */
  remove(uid: string): Promise<void>;
  /**
   * Removes what there is of Promotions that are not in use.
   *
   * @param listInUse - asked after it was seen what there is: a Promotion that begins
   *   meanwhile keeps its folders
   * @throws LeftoversError when some cannot be removed, after all others were
   */
  removeOthers(listInUse: () => Promise<ReadonlySet<string>>): Promise<void>;
}

/** Folders that nobody needs any more and that cannot be removed; they only take room. */
export class LeftoversError extends Error {
  override readonly name = 'LeftoversError';

  /** @param failures - why, one for each folder */
  constructor(failures: readonly Error[]) {
    super(
      `${failures.length} folders of Promotions that have ended cannot be removed: ${failures[0].message}`,
      { cause: failures[0] },
    );
  }
}
