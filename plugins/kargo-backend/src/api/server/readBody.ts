import { InputError, ServiceUnavailableError } from '@backstage/errors';
import { pruneManifest } from 'backstage-plugin-kargo-common';
import { Request, Response } from 'express';
import { ForeignInputError } from '../../foreign/ForeignInputError';
import { readJson } from '../../foreign/json';
import { BODY_LIMITS, SENT_MANIFEST_LIMITS } from '../../foreign/limits';
import { ThreadsBusyError } from '../../foreign/ThreadsBusyError';
import { readBytes } from './readBytes';
import { Route } from './route';
import { sayExpected } from './sayExpected';

/**
 * Reads the body of a request; runs after its permission was asked, so that only those who
 * may do something make the server work.
 *
 * @remarks Fields that nobody knows are left out, as Kargo does, and told to `warn`.
 * @returns bytes for manifests, else what the route's schema makes of the JSON
 * @throws InputError that names every problem and shows nothing of the body
 */
export async function readBody(
  { body }: Route,
  request: Request,
  response: Response,
  warn: (warning: string) => void,
): Promise<unknown> {
  if (body === undefined) {
    return undefined;
  }
  if (body === 'manifests') {
    return readBytes(request, response, { limit: SENT_MANIFEST_LIMITS.bytes });
  }
  const bytes = await readBytes(request, response, {
    limit: BODY_LIMITS.bytes,
  });
  if (bytes.length === 0) {
    throw new InputError('Expected a JSON object as body');
  }
  const value = await explainBody(() => readJson(bytes, BODY_LIMITS));
  const pruned = pruneManifest(value, body.schema);
  for (const { holder, field } of pruned.unknown) {
    warn(`Field '${[...holder, field].join('.')}' is unknown and ignored`);
  }
  const parsed = body.schema.safeParse(pruned.manifest, {
    error: sayExpected,
  });
  if (!parsed.success) {
    throw new InputError(
      parsed.error.issues
        .map(({ path, message }) =>
          path.length > 0 ? `${path.join('.')}: ${message}` : message,
        )
        .join('; '),
    );
  }
  return parsed.data;
}

/**
 * Runs a reader; what it says of a text is said of the body.
 *
 * @throws InputError, ServiceUnavailableError when the body was not looked at
 */
export async function explainBody<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof ForeignInputError) {
      throw new InputError(`The body cannot be read: ${error.message}`);
    }
    if (error instanceof ThreadsBusyError) {
      throw new ServiceUnavailableError(
        `The body was not read: ${error.message}; try again in a moment`,
      );
    }
    throw error;
  }
}
