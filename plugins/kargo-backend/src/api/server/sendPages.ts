import { setImmediate } from 'node:timers/promises';
import { Resource } from 'backstage-plugin-kargo-common';
import { Response } from 'express';
import { Clock } from '../../ports/Clock';
import { clientGone } from './clientGone';
import { sendText } from './sendText';
import { serializeShared } from './serializeShared';
import { shownJson } from './shownJson';
import { ClientStalledError, writeSlowly } from './writeSlowly';

/** A list in parts, none of which holds the event loop for long. */
export type Pages = () => AsyncIterable<Resource[]>;

/**
 * Sends an object with the list `items` while its pages are read.
 *
 * @remarks When a page fails after the first was sent, or the client does not read, the
 * connection is cut: half a list must not look like a whole one.
 */
export async function sendPages(
  response: Response,
  { head, pages }: { head: object; pages: Pages },
  context: { clock: Clock },
): Promise<void> {
  await sendParts(response, context, async function* parts() {
    yield shownJson(head).slice(0, -1);
    yield ',"items":[';
    yield* itemsOf(pages);
    yield ']}';
  });
}

/** Sends an object with `groups`, each of which is an object with the list `items`, likewise. */
export async function sendGroups(
  response: Response,
  { head, groups }: { head: object; groups: ReadonlyMap<string, Pages> },
  context: { clock: Clock },
): Promise<void> {
  await sendParts(response, context, async function* parts() {
    yield shownJson(head).slice(0, -1);
    yield ',"groups":{';
    let separator = '';
    for (const [name, pages] of groups) {
      yield `${separator}${shownJson(name)}:{"items":[`;
      yield* itemsOf(pages);
      yield ']}';
      separator = ',';
    }
    yield '}}';
  });
}

async function* itemsOf(pages: Pages): AsyncIterable<string> {
  let separator = '';
  for await (const items of pages()) {
    for (const item of items) {
      yield separator + serializeShared(item);
      separator = ',';
    }
  }
}

/** In characters; what is smaller is sent with what follows. */
const PART_SIZE = 65_536;

async function sendParts(
  response: Response,
  { clock }: { clock: Clock },
  parts: () => AsyncIterable<string>,
): Promise<void> {
  const signal = clientGone(response);
  if (signal.aborted) {
    return;
  }
  response.status(200).type('application/json');
  try {
    let text = '';
    for await (const part of parts()) {
      text += part;
      if (text.length >= PART_SIZE) {
        await writeSlowly(response, text, { clock, signal });
        text = '';
        // Pages that are in memory already must not be written in one go.
        await setImmediate();
      }
    }
    if (response.headersSent) {
      response.end(text);
    } else {
      sendText(response, text);
    }
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
