import { Response } from 'express';

/**
 * In bytes: so much, with its headers, a connection sends before anything is acknowledged
 * (RFC 6928). Made smaller, it would not be there sooner, and to make it smaller takes longer
 * than most answers.
 */
const SENT_AT_ONCE = 12 * 1024;

/** Sends a whole body of JSON, which the portal may compress where that pays. */
export function sendText(response: Response, text: string): void {
  if (Buffer.byteLength(text) <= SENT_AT_ONCE) {
    // The portal, or a proxy before it, leaves it as it is.
    response.set('Cache-Control', 'no-transform');
  }
  response.type('application/json').send(text);
}
