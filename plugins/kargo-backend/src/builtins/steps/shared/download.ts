import { StepContext, TerminalError } from 'backstage-plugin-kargo-node';

/** Bytes that a download may have. */
export const MAX_DOWNLOAD_BYTES = 100 * 1024 * 1024;

/**
 * What is there when a step goes on in its folder was written by it: the first attempt would
 * have found it otherwise, and ended.
 *
 * @throws TerminalError when there is something that may not be written over.
 */
export async function assertMayWrite(
  { outPath, allowOverwrite }: { outPath: string; allowOverwrite: boolean },
  { files, mayFindOwnFiles }: StepContext<'files'>,
): Promise<void> {
  if (!allowOverwrite && !mayFindOwnFiles && (await files.find(outPath))) {
    throw new TerminalError(
      `"${outPath}" exists; set allowOverwrite to replace it`,
    );
  }
}

/**
 * Hands bytes on and breaks off when they are too many.
 *
 * @param what - Names what is downloaded in the error.
 */
export async function* limitDownload(
  chunks: AsyncIterable<Uint8Array>,
  what: string,
): AsyncGenerator<Uint8Array, void, undefined> {
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.length;
    if (bytes > MAX_DOWNLOAD_BYTES) {
      throw new Error(`${what} has more than ${MAX_DOWNLOAD_BYTES} bytes`);
    }
    yield chunk;
  }
}
