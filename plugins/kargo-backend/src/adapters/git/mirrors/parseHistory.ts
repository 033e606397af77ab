import { formatPerson } from '../../../logic/selection/commitText';
import { HistoryCommit } from '../../../ports/GitClient';
import { readGitDate } from './readGitDate';

/**
 * Formats for `git log -z --date=raw`, read by {@link parseLogRecords}.
 *
 * @remarks
 * With `-z`, git ends each commit's text and each path with NUL and puts a line feed
 * before the first path. The leading NUL makes an empty token, which no path can be, so
 * nothing that an author writes can be taken for the start of a commit.
 */
export const COMMIT_FORMAT =
  '--format=%x00%H%x00%cd%x00%an%x00%ae%x00%cn%x00%ce%x00%s';
/** As {@link COMMIT_FORMAT}, with the id alone. */
export const ID_FORMAT = '--format=%x00%H';

const COMMIT_FIELDS = 7;

/** A commit as it stands in the output of `git log`. */
export interface LogRecord {
  readonly fields: readonly string[];
  readonly paths: readonly string[];
}

/** Cuts a stream of bytes at NUL. A rest without NUL at the end is dropped. */
export async function* splitAtNul(
  chunks: AsyncIterable<Buffer>,
): AsyncGenerator<string[], void, undefined> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of chunks) {
    const end = chunk.lastIndexOf(0);
    if (end < 0) {
      rest = Buffer.concat([rest, chunk]);
      continue;
    }
    const complete = Buffer.concat([rest, chunk.subarray(0, end)]);
    rest = Buffer.from(chunk.subarray(end + 1));
    yield complete.toString().split('\0');
  }
}

/** Puts the tokens of `git log -z` together to commits, as they come. */
export async function* parseLogRecords(
  batches: AsyncIterable<readonly string[]>,
  fieldCount: number,
): AsyncGenerator<LogRecord, void, undefined> {
  let fields: string[] = [];
  let paths: string[] = [];
  let isStarted = false;
  for await (const tokens of batches) {
    for (const token of tokens) {
      if (!isStarted) {
        isStarted = true;
      } else if (fields.length < fieldCount) {
        fields.push(token);
      } else if (token === '') {
        yield { fields, paths };
        fields = [];
        paths = [];
      } else {
        paths.push(paths.length === 0 ? token.slice(1) : token);
      }
    }
  }
  if (fields.length === fieldCount) {
    yield { fields, paths };
  }
}

/** Reads the commits of `git log -z` in {@link COMMIT_FORMAT}. */
export async function* parseCommits(
  chunks: AsyncIterable<Buffer>,
  options: { withPaths: boolean },
): AsyncGenerator<HistoryCommit, void, undefined> {
  const records = parseLogRecords(splitAtNul(chunks), COMMIT_FIELDS);
  for await (const { fields, paths } of records) {
    const commit = toCommit(fields);
    yield options.withPaths ? { ...commit, paths: [...paths] } : commit;
  }
}

function toCommit(fields: readonly string[]): HistoryCommit {
  const [id, date, author, authorEmail, committer, email, subject] = fields;
  return {
    id,
    commitDate: readGitDate(date),
    author: formatPerson(author, authorEmail),
    committer: formatPerson(committer, email),
    subject,
  };
}
