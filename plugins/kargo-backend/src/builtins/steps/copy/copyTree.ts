import { InputError } from '@backstage/errors';
import { chmod, copyFile, lstat, mkdir, readdir, stat } from 'node:fs/promises';
import type { Stats } from 'node:fs';
import path from 'node:path';
import { IgnoreTest } from '../shared/ignorePatterns';
import { isInside, resolveInWorkspace } from '../shared/workspacePath';

/** What to copy where; both absolute, resolved and inside of the work folder. */
export interface CopyTreeOptions {
  workDir: string;
  from: string;
  to: string;
  isIgnored: IgnoreTest;
  signal: AbortSignal;
}

/**
 * Copies a file, or merges the content of a folder into another, with permission bits.
 *
 * @remarks
 * Symbolic links in the source are left out. A link in the destination is followed within
 * the work folder only.
 */
export async function copyTree(options: CopyTreeOptions): Promise<void> {
  const { from, to } = options;
  const source = await stat(from);
  await mkdir(path.dirname(to), { recursive: true, mode: 0o700 });
  if (!source.isDirectory()) {
    await copyOne(from, to, source);
    return;
  }
  if (from === to || isInside(from, to)) {
    throw new InputError('a folder cannot be copied into itself');
  }
  await copyFolder(options, from, to, '');
}

async function copyFolder(
  options: CopyTreeOptions,
  from: string,
  to: string,
  prefix: string,
): Promise<void> {
  options.signal.throwIfAborted();
  const { mode } = await stat(from);
  await mkdir(to, { recursive: true, mode: 0o700 });
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const relative = `${prefix}${entry.name}`;
    const isCopied = entry.isDirectory() || entry.isFile();
    if (!isCopied || options.isIgnored(relative, entry.isDirectory())) {
      continue;
    }
    const source = path.join(from, entry.name);
    const target = await resolveTarget(options, path.join(to, entry.name));
    if (entry.isDirectory()) {
      await copyFolder(options, source, target, `${relative}/`);
    } else {
      await copyOne(source, target, await lstat(source));
    }
  }
  // Last: a folder may forbid writing into it.
  await chmod(to, mode);
}

async function copyOne(from: string, to: string, source: Stats): Promise<void> {
  await copyFile(from, to);
  await chmod(to, source.mode);
}

/** A link that a checkout brought along must not carry the copy out of the work folder. */
async function resolveTarget(
  { workDir }: CopyTreeOptions,
  target: string,
): Promise<string> {
  const stats = await lstat(target).catch(() => undefined);
  return stats?.isSymbolicLink()
    ? resolveInWorkspace(workDir, path.relative(workDir, target))
    : target;
}
