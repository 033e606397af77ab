/** A folder of one Promotion. */
export interface Workspace {
  /** Absolute; mode 0700. */
  dir: string;
  /** Names this folder, and no other that the Promotion ever had, on any replica. */
  id: string;
  /** Whether it had to be made. */
  isNew: boolean;
}

/** Keeps one folder per Promotion, for its steps alone. */
export interface Workspaces {
  /**
   * The folder in which a Promotion goes on.
   *
   * @remarks
   * A folder that another replica has left behind is not the one that the Promotion's
   * status tells of. So the status remembers the id; what else there is of the Promotion
   * is removed and a new folder is made.
   *
   * @param id - of the folder that the status remembers; absent at the start
   */
  open(uid: string, id: string | undefined): Promise<Workspace>;
  /** Removes everything of the Promotion; nothing happens when there is nothing. */
  remove(uid: string): Promise<void>;
  /** Removes folders of Promotions that are not in use. */
  removeOthers(uidsInUse: ReadonlySet<string>): Promise<void>;
}
