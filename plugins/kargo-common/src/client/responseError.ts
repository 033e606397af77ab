import { KargoRequestError } from './KargoRequestError';

/** Why a request was refused. */
export async function responseError(
  response: Response,
): Promise<KargoRequestError> {
  const text = await response.text();
  return new KargoRequestError(
    response.status,
    errorText(text) ?? `${response.status} ${response.statusText}`.trim(),
  );
}

/**
 * The sentence in an error body: Kargo sends `{"error": "…"}`, the portal's own
 * middleware `{"error": {"message": "…"}}`.
 */
function errorText(body: string): string | undefined {
  const parsed = parseObject(body);
  const error = parsed?.error;
  if (typeof error === 'string') {
    return error;
  }
  const message = (error as { message?: unknown } | undefined)?.message;
  return typeof message === 'string' ? message : undefined;
}

/** Why a stream ended, from the data of its last frame. */
export function streamError(data: string): KargoRequestError {
  const parsed = parseObject(data);
  const code = parsed?.code === undefined ? undefined : String(parsed.code);
  const message =
    typeof parsed?.message === 'string'
      ? parsed.message
      : 'The server ended the stream';
  return new KargoRequestError(0, message, code);
}

/** The object that a text holds as JSON; `undefined` when it holds something else. */
export function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    // Not JSON: a proxy's page, for example. The caller falls back to the status line.
    return undefined;
  }
}
