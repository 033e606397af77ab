import { InputError } from '@backstage/errors';
import { randomUUID } from 'node:crypto';
import {
  chmod,
  mkdir,
  readFile,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import path from 'node:path';
import { withFileError } from './fileError';
import { RESERVED_FOLDER, resolveInWorkspace } from './workspacePath';

/** Largest file that the editing and parsing steps take, in bytes. */
export const MAX_TEXT_FILE_BYTES = 16 * 1024 * 1024;

/** A text file of the work folder, read for an edit. */
export interface TextFile {
  readonly text: string;
  /** Replaces the content, all or nothing, and keeps the mode. */
  replace(text: string): Promise<void>;
}

/**
 * Reads a file of the work folder as UTF-8.
 *
 * @throws Error that names the path as the user wrote it.
 */
export async function readTextFile(
  workDir: string,
  userPath: string,
): Promise<TextFile> {
  const absolute = await resolveInWorkspace(workDir, userPath);
  const text = await withFileError('read', userPath, async () => {
    const { size } = await stat(absolute);
    if (size > MAX_TEXT_FILE_BYTES) {
      throw new InputError(
        `"${userPath}" has ${size} bytes; at most ${MAX_TEXT_FILE_BYTES} are read`,
      );
    }
    return decode(await readFile(absolute), userPath);
  });
  return {
    text,
    async replace(next) {
      if (next !== text) {
        await withFileError('write', userPath, () =>
          replaceFile(workDir, absolute, next),
        );
      }
    },
  };
}

function decode(bytes: Uint8Array, userPath: string): string {
  try {
    // A byte order mark is part of the text: it must survive an edit.
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(
      bytes,
    );
  } catch {
    // Decoding with replacement characters would write them back.
    throw new InputError(`"${userPath}" is not a UTF-8 text`);
  }
}

/** By way of another file: a process that ends in between must not leave half a text. */
async function replaceFile(
  workDir: string,
  absolute: string,
  text: string,
): Promise<void> {
  const folder = path.join(workDir, RESERVED_FOLDER, 'tmp');
  const temporary = path.join(folder, randomUUID());
  await mkdir(folder, { recursive: true, mode: 0o700 });
  try {
    await writeFile(temporary, text, { mode: 0o600 });
    await chmod(temporary, (await stat(absolute)).mode);
    await rename(temporary, absolute);
  } finally {
    await rm(temporary, { force: true });
  }
}
