import { inTurns } from '../../../foreign/inTurns';
import { findInstant } from '../../../logic/selection/instant';
import {
  CommitRange,
  HistoryCommit,
  HistoryTag,
  HistoryWalk,
  RangeRequest,
  RangeSide,
  RemoteRef,
} from '../../../ports/GitClient';
import { GitMirror, mirrorRef } from './GitMirror';
import {
  COMMIT_FORMAT,
  ID_FORMAT,
  parseCommits,
  parseLogRecords,
  splitAtNul,
} from './parseHistory';
import { parsePeeled, parseTags, TAG_FORMAT, TagRecord } from './parseTags';

/**
 * Only what the first parent does not have counts, also for merges, and a move is a
 * removal and an addition. Looking for renames would need file contents as well.
 */
const PATHS = ['--name-only', '--no-renames', '--diff-merges=first-parent'];
const PLAIN_LOG = ['log', '-z', '--no-color', '--no-decorate', '--date=raw'];
const LOG = [...PLAIN_LOG, '--first-parent'];
const MANY_REFS = 500;
const NANOS_PER_SECOND = 1_000_000_000n;

/** Walks first-parent history in a mirror that has it. */
export function walkMirror(
  mirror: GitMirror,
  walk: HistoryWalk,
): AsyncGenerator<HistoryCommit, void, undefined> {
  const { head, after, since, withPaths = false, under = [], signal } = walk;
  const chunks = mirror.stream(
    [
      ...LOG,
      COMMIT_FORMAT,
      ...(withPaths ? PATHS : []),
      ...(since ? [`--max-age=${toSeconds(since)}`] : []),
      '--end-of-options',
      head,
      ...(after ? [`^${after}`] : []),
      '--',
      ...under,
    ],
    { signal },
  );
  return parseCommits(chunks, { withPaths });
}

function toSeconds(timestamp: string): bigint {
  const instant = findInstant(timestamp);
  if (instant === undefined) {
    throw new Error(`not a timestamp: ${timestamp}`);
  }
  return instant / NANOS_PER_SECOND;
}

/** Whether a commit is on the first-parent history of another. */
export async function isFirstParentAncestor(
  mirror: GitMirror,
  options: { head: string; ancestor: string },
): Promise<boolean> {
  const { head, ancestor } = options;
  if (head === ancestor) {
    return true;
  }
  // The ancestor is the first parent of the oldest commit that it does not contain, or
  // some merge brought it in from the side. A commit unknown to the mirror excludes
  // nothing, and the oldest commit then has no parent.
  const { stdout } = await mirror.read([
    'rev-list',
    '--first-parent',
    '--parents',
    '--ignore-missing',
    '--end-of-options',
    head,
    `^${ancestor}`,
    '--',
  ]);
  const oldest = stdout.trimEnd().split('\n').at(-1) ?? '';
  return oldest.split(' ')[1] === ancestor;
}

/** Tells two commits apart in a mirror that has both. */
export async function compareInMirror(
  mirror: GitMirror,
  { from, to, ...options }: RangeRequest,
): Promise<CommitRange> {
  const [added, removed] = await Promise.all([
    readSide(mirror, { ...options, head: to, without: from }),
    readSide(mirror, { ...options, head: from, without: to }),
  ]);
  return { added, removed };
}

async function readSide(
  mirror: GitMirror,
  options: {
    head: string;
    without: string;
    limit: number;
    signal?: AbortSignal;
  },
): Promise<RangeSide> {
  const { head, without, limit, signal } = options;
  const chunks = mirror.stream(
    [
      ...PLAIN_LOG,
      COMMIT_FORMAT,
      `--max-count=${limit + 1}`,
      '--end-of-options',
      head,
      `^${without}`,
      '--',
    ],
    { signal },
  );
  const commits: HistoryCommit[] = [];
  for await (const commit of parseCommits(chunks, { withPaths: false })) {
    commits.push(commit);
  }
  return { commits: commits.slice(0, limit), isCut: commits.length > limit };
}

/** Reads the metadata of tags in a mirror that has them. */
export async function readMirrorTags(
  mirror: GitMirror,
  options: { tags: readonly RemoteRef[]; signal?: AbortSignal },
): Promise<HistoryTag[]> {
  const { tags, signal } = options;
  const patterns =
    tags.length > MANY_REFS
      ? ['refs/kargo/']
      : tags.map(({ name }) => mirrorRef(name));
  if (tags.length === 0) {
    return [];
  }
  const { stdout } = await mirror.read(
    ['for-each-ref', TAG_FORMAT, '--', ...patterns],
    { signal },
  );
  const parsed = await inTurns(parseTags(stdout), signal);
  const byRef = new Map(parsed.map(record => [record.ref, record]));
  const records = tags.flatMap(({ name }) => {
    const record = byRef.get(mirrorRef(name));
    return record ? [{ ...record, name }] : [];
  });
  const targets = await peel(mirror, records, signal);
  const commits = await readCommits(mirror, [...targets.values()], signal);
  return records.flatMap(record => {
    const commit = commits.get(targets.get(record.id) ?? '');
    return commit ? [toHistoryTag(record, commit)] : [];
  });
}

function toHistoryTag(
  record: TagRecord & { name: string },
  commit: HistoryCommit,
): HistoryTag {
  const isAnnotated = record.type === 'tag';
  return {
    tag: record.name.replace(/^refs\/tags\//, ''),
    id: commit.id,
    // A tag object without a date, as old tools made them, gets the commit's.
    creatorDate: record.creatorDate || commit.commitDate,
    author: commit.author,
    committer: commit.committer,
    subject: commit.subject,
    ...(isAnnotated && {
      tagObject: record.id,
      tagger: record.tagger,
      annotation: record.annotation,
    }),
  };
}

/** The commits that tags lead to, through any number of tags; blobs and trees have none. */
async function peel(
  mirror: GitMirror,
  records: readonly TagRecord[],
  signal?: AbortSignal,
): Promise<Map<string, string>> {
  const targets = new Map<string, string>();
  const annotated: string[] = [];
  for (const { id, type } of records) {
    if (type === 'commit') {
      targets.set(id, id);
    } else if (type === 'tag') {
      annotated.push(id);
    }
  }
  if (annotated.length > 0) {
    const { stdout } = await mirror.read(['cat-file', '--batch-check'], {
      stdin: annotated.map(id => `${id}^{commit}\n`).join(''),
      signal,
    });
    parsePeeled(stdout).forEach((commit, index) => {
      if (commit) {
        targets.set(annotated[index], commit);
      }
    });
  }
  return targets;
}

async function readCommits(
  mirror: GitMirror,
  ids: readonly string[],
  signal?: AbortSignal,
): Promise<Map<string, HistoryCommit>> {
  const commits = new Map<string, HistoryCommit>();
  if (ids.length > 0) {
    const chunks = readListed(mirror, [COMMIT_FORMAT], ids, signal);
    for await (const commit of parseCommits(chunks, { withPaths: false })) {
      commits.set(commit.id, commit);
    }
  }
  return commits;
}

/** Lists the paths that commits touch against their first parent, in the order of `ids`. */
export async function readMirrorPaths(
  mirror: GitMirror,
  options: { ids: readonly string[]; signal?: AbortSignal },
): Promise<string[][]> {
  const { ids, signal } = options;
  const paths = new Map<string, readonly string[]>();
  if (ids.length > 0) {
    const chunks = readListed(mirror, [ID_FORMAT, ...PATHS], ids, signal);
    for await (const record of parseLogRecords(splitAtNul(chunks), 1)) {
      paths.set(record.fields[0], record.paths);
    }
  }
  return ids.map(id => [...(paths.get(id) ?? [])]);
}

function readListed(
  mirror: GitMirror,
  format: readonly string[],
  ids: readonly string[],
  signal?: AbortSignal,
): AsyncGenerator<Buffer, void, undefined> {
  return mirror.stream([...LOG, ...format, '--no-walk=unsorted', '--stdin'], {
    stdin: ids.map(id => `${id}\n`).join(''),
    signal,
  });
}
