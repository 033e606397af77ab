import { Resource } from 'backstage-plugin-kargo-common';
import { Response } from 'express';
import { Clock } from '../../ports/Clock';
import { clientGone } from './clientGone';
import { shownJson } from './shownJson';
import { ClientStalledError, writeSlowly } from './writeSlowly';

/** What comes before the list, the list in pages, and where in the object it stands. */
interface PagedList {
  head: object;
  pages: () => AsyncIterable<Resource[]>;
  within?: readonly string[];
}

/**
 * Sends a list as one JSON object while its pages are read.
 *
 * @remarks When a page fails after the first was sent, or the client does not read, the
 * connection is cut: half a list must not look like a whole one.
 */
export async function sendPages(
  response: Response,
  { head, pages, within = [] }: PagedList,
  { clock }: { clock: Clock },
): Promise<void> {
  const signal = clientGone(response);
  if (signal.aborted) {
    return;
  }
  response.status(200).type('application/json');
  try {
    const path = within.map(member => `${JSON.stringify(member)}:{`).join('');
    let text = `${shownJson(head).slice(0, -1)},${path}"items":[`;
    let separator = '';
    for await (const items of pages()) {
      if (items.length > 0) {
        text += separator + shownJson(items).slice(1, -1);
        separator = ',';
      }
      await writeSlowly(response, text, { clock, signal });
      text = '';
    }
    response.end(`${text}]${'}'.repeat(within.length + 1)}`);
  } catch (error) {
    if (!response.headersSent) {
      throw error;
    }
    response.destroy();
    if (!signal.aborted && !(error instanceof ClientStalledError)) {
      throw error;
    }
  }
}
