import { formatPerson } from '../../../logic/selection/commitText';
import { mapInSlices, Slices } from '../../../logic/slices';
import { readGitDate } from './readGitDate';

/** Format for `git for-each-ref`, read by {@link parseTags}. */
export const TAG_FORMAT =
  '--format=%(refname)%00%(objectname)%00%(objecttype)%00%(creatordate:raw)%00%(taggername)%00%(taggeremail:trim)%00%(contents:subject)';

/** A tag as the ref alone tells, before it is known where it leads. */
export interface TagRecord {
  readonly ref: string;
  readonly id: string;
  readonly type: string;
  readonly creatorDate: string;
  /** Of annotated tags. */
  readonly tagger?: string;
  /** First line of the message of an annotated tag. */
  readonly annotation?: string;
}

/** Reads what `git for-each-ref` prints in {@link TAG_FORMAT}. */
export function parseTags(text: string): Slices<TagRecord[]> {
  return mapInSlices(text.split('\n'), line =>
    line === '' ? undefined : parseTag(line),
  );
}

function parseTag(line: string): TagRecord {
  const [ref, id, type, date, name, email, subject] = line.split('\0');
  const creatorDate = date && readGitDate(date);
  const record = { ref, id, type, creatorDate };
  if (type !== 'tag') {
    return record;
  }
  // Tags made before git recorded taggers have none.
  const tagger = name || email ? formatPerson(name, email) : '';
  return { ...record, tagger, annotation: subject };
}

/**
 * Reads what `git cat-file --batch-check` prints for `<tag>^{commit}` lines, in their
 * order; `undefined` where a tag leads to no commit.
 */
export function parsePeeled(text: string): Array<string | undefined> {
  return text
    .split('\n')
    .filter(line => line !== '')
    .map(line => /^([0-9a-f]{40,64}) commit /.exec(line)?.[1]);
}
