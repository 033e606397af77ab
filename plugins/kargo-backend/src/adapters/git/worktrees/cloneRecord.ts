import { writeFile } from 'node:fs/promises';
import { InputError } from '@backstage/errors';
import { localFiles } from 'backstage-plugin-kargo-node/capabilities';
import { z } from 'zod';
import { CloneLocation } from './location';

const cloneRecord = z.object({
  /** Without credentials. */
  remoteURL: z.string(),
  insecureSkipTLSVerify: z.boolean(),
  /** File contents are fetched when needed. */
  isPartial: z.boolean(),
});

/** What later steps need to know of a clone besides what git knows. */
export type CloneRecord = z.output<typeof cloneRecord>;

/** Writes down what later steps need to know. A clone without it is not finished. */
export async function writeCloneRecord(
  location: CloneLocation,
  record: CloneRecord,
): Promise<void> {
  await writeFile(location.recordFile, JSON.stringify(record));
}

/** @throws InputError when the clone was not finished */
export async function readCloneRecord(
  location: CloneLocation,
): Promise<CloneRecord> {
  try {
    const text = await localFiles.readText(location.recordFile);
    return cloneRecord.parse(JSON.parse(text));
  } catch (error) {
    throw new InputError(
      'the clone of this checkout is not complete; run its git-clone step again',
      error,
    );
  }
}
