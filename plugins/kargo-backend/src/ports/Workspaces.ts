/** Keeps one folder per Promotion, for its steps alone. */
export interface Workspaces {
  /** The folder (mode 0700), and whether it had to be made. */
  open(uid: string): Promise<{ dir: string; isNew: boolean }>;
  /** Removes the folder with everything in it; nothing happens when there is none. */
  remove(uid: string): Promise<void>;
  /** Removes folders of Promotions that are not in use. */
  removeOthers(uidsInUse: ReadonlySet<string>): Promise<void>;
}
