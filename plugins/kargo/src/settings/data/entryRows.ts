import { DataChange } from 'backstage-plugin-kargo-common';

/** One entry as a person edits it. */
export interface EntryRow {
  /** Stays while the name is typed. */
  id: number;
  key: string;
  value: string;
  /** The value that is stored; absent of an entry that is new, empty when it is not shown. */
  stored?: string;
}

const KEY = /^[-._a-zA-Z0-9]{1,253}$/;

/** Rows of what is stored; of a Secret, whose values nobody sees, without values. */
export function storedRows(
  data: Record<string, string>,
  isSecret: boolean,
): EntryRow[] {
  return Object.entries(data).map(([key, value], id) => {
    const shown = isSecret ? '' : value;
    return { id, key, value: shown, stored: shown };
  });
}

/** The entries of something new. */
export function newEntries(rows: EntryRow[]): Record<string, string> {
  return Object.fromEntries(rows.map(({ key, value }) => [key, value]));
}

/** What changes from what was stored: only entries whose value was typed, and those that went. */
export function changedEntries(
  before: EntryRow[],
  rows: EntryRow[],
): DataChange {
  const kept = new Set(rows.map(({ key }) => key));
  const removeKeys = before.map(({ key }) => key).filter(key => !kept.has(key));
  const changed = rows.filter(({ value, stored }) => value !== stored);
  return {
    ...(changed.length > 0 && { data: newEntries(changed) }),
    ...(removeKeys.length > 0 && { removeKeys }),
  };
}

/** What keeps rows from being saved. */
export type EntryProblem =
  | { code: 'none' }
  | { code: 'noKey' }
  | { code: 'badKey'; key: string }
  | { code: 'twice'; key: string };

/** The first thing that keeps rows from being saved. */
export function entryProblem(rows: EntryRow[]): EntryProblem | undefined {
  if (rows.length === 0) {
    return { code: 'none' };
  }
  if (rows.some(({ key }) => key === '')) {
    return { code: 'noKey' };
  }
  const bad = rows.find(({ key }) => !KEY.test(key));
  if (bad) {
    return { code: 'badKey', key: bad.key };
  }
  const keys = rows.map(({ key }) => key);
  const twice = keys.find((key, index) => keys.indexOf(key) < index);
  return twice === undefined ? undefined : { code: 'twice', key: twice };
}
