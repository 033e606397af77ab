import { Resource, ResourceList } from 'backstage-plugin-kargo-common';
import { Response } from 'express';
import { inTurns } from '../../foreign/inTurns';
import { mapInSlices } from '../../logic/slices';
import { serializeShared } from './serializeShared';
import { shownJson } from './shownJson';

/**
 * In bytes: so much, with its headers, a connection sends before anything is acknowledged
 * (RFC 6928). Made smaller, it would not be there sooner, and to make it smaller takes longer
 * than most answers.
 */
const SENT_AT_ONCE = 12 * 1024;

/** Sends a body as the API shows it; a list of much text is written in turns of the event loop. */
export async function sendJson(
  response: Response,
  body: unknown,
): Promise<void> {
  const text = isList(body) ? await listJson(body) : jsonOf(body);
  if (Buffer.byteLength(text) <= SENT_AT_ONCE) {
    // The portal, or a proxy before it, leaves it as it is.
    response.set('Cache-Control', 'no-transform');
  }
  response.type('application/json').send(text);
}

/** What is frozen is shared by those who show it, and so is its text. */
function jsonOf(body: unknown): string {
  return Object.isFrozen(body) && isResource(body)
    ? serializeShared(body)
    : shownJson(body);
}

function isResource(body: unknown): body is Resource {
  return typeof body === 'object' && body !== null && 'metadata' in body;
}

async function listJson({
  items,
  ...head
}: ResourceList<Resource>): Promise<string> {
  const texts = await inTurns(mapInSlices(items, serializeShared));
  return `${shownJson(head).slice(0, -1)},"items":[${texts.join(',')}]}`;
}

/** Lists of resources alone have `kind` and `items`. */
function isList(body: unknown): body is ResourceList<Resource> {
  return (
    typeof body === 'object' &&
    body !== null &&
    'kind' in body &&
    'items' in body
  );
}
