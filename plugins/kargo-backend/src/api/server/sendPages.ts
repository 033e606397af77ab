import { once } from 'node:events';
import { Resource } from 'backstage-plugin-kargo-common';
import { Response } from 'express';

/**
 * Sends a list as one JSON object while its pages are read.
 *
 * @remarks When a page fails after the first was sent, the connection is cut: half a list
 * must not look like a whole one.
 */
export async function sendPages(
  response: Response,
  head: object,
  pages: AsyncIterable<Resource[]>,
): Promise<void> {
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  response.status(200).type('application/json');
  try {
    let text = `${JSON.stringify(head).slice(0, -1)},"items":[`;
    let separator = '';
    for await (const items of pages) {
      if (items.length > 0) {
        text += separator + JSON.stringify(items).slice(1, -1);
        separator = ',';
      }
      gone.signal.throwIfAborted();
      if (!response.write(text)) {
        await once(response, 'drain', { signal: gone.signal });
      }
      text = '';
    }
    response.end(`${text}]}`);
  } catch (error) {
    if (!response.headersSent) {
      throw error;
    }
    response.destroy();
    if (!gone.signal.aborted) {
      throw error;
    }
  }
}
