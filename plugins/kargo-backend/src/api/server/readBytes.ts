import express, { Request, Response } from 'express';

/**
 * The bytes as sent, whatever type they claim: they are judged where errors can be explained.
 *
 * @param options.inflate - whether compressed bodies are unpacked, which they are by default
 * @throws the body parser's error, which says what is wrong by its `type`
 */
export function readBytes(
  request: Request,
  response: Response,
  options: { limit: number; inflate?: boolean },
): Promise<Uint8Array> {
  const parse = express.raw({ type: () => true, ...options });
  return new Promise((resolve, reject) => {
    parse(request, response, error =>
      error
        ? reject(error)
        : resolve(
            Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0),
          ),
    );
  });
}
