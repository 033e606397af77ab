import { useEffect, useState } from 'react';
import { AppliedManifests } from './appliedManifests';
import { EMPTY_DRAFT, SetupDraft } from './setupDraft';
import { setupText } from './setupManifests';

/** Where a set-up is kept; with another number once what was kept could not be read any more. */
export const STORAGE_KEY = 'kargo.setup.2';

/** What is kept of a set-up until its tab is closed. */
export interface StoredSetup {
  draft: SetupDraft;
  /** The manifests as somebody changed them; absent while they follow from the draft. */
  edited?: string;
  /** What was applied already. */
  applied: AppliedManifests;
}

const EMPTY_SETUP: StoredSetup = { draft: EMPTY_DRAFT, applied: {} };

/** A set-up under way. */
export interface Setup extends StoredSetup {
  /** All manifests, as they would be applied. */
  text: string;
  setDraft: (draft: SetupDraft) => void;
  /** Without a text the manifests follow from the draft again. */
  setEdited: (text: string | undefined) => void;
  /** Remembers texts instead of those that were applied before under the same keys, or forgets them. */
  noteApplied: (texts: Readonly<Record<string, string | undefined>>) => void;
  /** Begins anew. */
  reset: () => void;
}

/** The set-up of this tab of the browser, which a reload does not end. */
export function useSetup(): Setup {
  const [stored, setStored] = useState(readStored);
  useEffect(() => writeStored(stored), [stored]);
  return {
    ...stored,
    text: stored.edited ?? setupText(stored.draft),
    setDraft: draft => setStored(old => ({ ...old, draft })),
    setEdited: edited =>
      setStored(({ edited: _, ...rest }) =>
        edited === undefined ? rest : { ...rest, edited },
      ),
    noteApplied: texts =>
      setStored(old => ({
        ...old,
        applied: withoutUndefined({ ...old.applied, ...texts }),
      })),
    reset: () => setStored(EMPTY_SETUP),
  };
}

function withoutUndefined(
  texts: Readonly<Record<string, string | undefined>>,
): AppliedManifests {
  return Object.fromEntries(
    Object.entries(texts).flatMap(([key, text]) =>
      text === undefined ? [] : [[key, text]],
    ),
  );
}

/** A browser that keeps nothing, or something else, begins anew. */
function readStored(): StoredSetup {
  try {
    const text = sessionStorage.getItem(STORAGE_KEY);
    return text ? JSON.parse(text) : EMPTY_SETUP;
  } catch {
    return EMPTY_SETUP;
  }
}

function writeStored(stored: StoredSetup): void {
  try {
    sessionStorage.setItem(STORAGE_KEY, JSON.stringify(stored));
  } catch {
    // Where the browser keeps nothing, a reload begins anew.
  }
}
