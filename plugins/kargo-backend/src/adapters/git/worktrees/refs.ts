import path from 'node:path';
import { localFiles } from 'backstage-plugin-kargo-node/capabilities';
import { branchOf } from '../../../logic/branchName';

const MAX_PACKED_BYTES = 256 * 1024 * 1024;
const ID = /^([0-9a-f]{64}|[0-9a-f]{40})$/;
const SYMBOLIC = /^ref: (refs\/.+)$/;
// As git-check-ref-format(1) has it, for names that are looked for as files.
const NAME = /^refs(?:\/(?!\.)[^/\0-\x20\x7f~^:?*[\\]+)+$/;
const FORBIDDEN = /\.\.|@\{|\.lock(?:\/|$)|\.$/;

/** What HEAD of a checkout or of a bare clone stands for. */
export interface Head {
  /** Absent when HEAD is detached. */
  readonly branch?: string;
  readonly commit: string;
}

/**
 * Reads HEAD as git stores it, without starting git.
 *
 * @param gitDir - of the checkout; the bare clone itself for its own HEAD
 * @param repository - the bare clone
 * @returns `undefined` when it leads to no commit, or is not stored in plain files
 */
export async function readHead(
  gitDir: string,
  repository: string,
): Promise<Head | undefined> {
  const text = await readText(path.join(gitDir, 'HEAD'));
  const content = text?.trimEnd() ?? '';
  if (ID.test(content)) {
    return { commit: content };
  }
  const [, ref] = SYMBOLIC.exec(content) ?? [];
  const branch = branchOf(ref);
  const commit = ref && branch ? await findRef(repository, ref) : undefined;
  return branch && commit ? { branch, commit } : undefined;
}

/**
 * Finds what a ref of a bare clone names, without starting git.
 *
 * @param name - in full
 * @returns `undefined` when there is none, or its name is none that git allows
 */
export async function findRef(
  repository: string,
  name: string,
): Promise<string | undefined> {
  if (!isRefName(name)) {
    return undefined;
  }
  // Loose refs are newer than packed ones.
  const loose = (await readText(path.join(repository, name)))?.trimEnd();
  return loose !== undefined && ID.test(loose)
    ? loose
    : findPacked(repository, name);
}

/** Whether git allows a full name, so that it may be looked for as a file. */
export function isRefName(name: string): boolean {
  return NAME.test(name) && !FORBIDDEN.test(name);
}

/**
 * Finds what a ref of a bare clone named when the clone was made: later steps write
 * beside it.
 */
export async function findPacked(
  repository: string,
  name: string,
): Promise<string | undefined> {
  const packed = await localFiles
    .readBytes(path.join(repository, 'packed-refs'), MAX_PACKED_BYTES)
    .catch(() => Buffer.alloc(0));
  // There may be hundreds of thousands, so the lines are not taken apart, nor made a text, which
  // the part of it that is answered would hold on to.
  const end = packed.indexOf(` ${name}\n`);
  const start = packed.lastIndexOf('\n', end) + 1;
  const id = end < 0 ? '' : packed.toString('latin1', start, end);
  return ID.test(id) ? id : undefined;
}

/** `undefined` when there is no such file, or it is a folder. */
function readText(file: string): Promise<string | undefined> {
  return localFiles.readText(file).catch(() => undefined);
}
