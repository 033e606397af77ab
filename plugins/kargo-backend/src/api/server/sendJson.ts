import { Resource, ResourceList } from 'backstage-plugin-kargo-common';
import { Response } from 'express';
import { inTurns } from '../../foreign/inTurns';
import { mapInSlices } from '../../logic/slices';
import { sendText } from './sendText';
import { serializeShared } from './serializeShared';
import { shownJson } from './shownJson';

/** Sends a body as the API shows it; a list of much text is written in turns of the event loop. */
export async function sendJson(
  response: Response,
  body: unknown,
): Promise<void> {
  const text = isList(body) ? await listJson(body) : jsonOf(body);
  sendText(response, text);
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
