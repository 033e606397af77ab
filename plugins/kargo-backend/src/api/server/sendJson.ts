import { Response } from 'express';
import { shownJson } from './shownJson';

/** Sends a body as the API shows it. */
export function sendJson(response: Response, body: unknown): void {
  response.type('application/json').send(shownJson(body));
}
