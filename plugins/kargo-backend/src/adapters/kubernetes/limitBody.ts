import { ResponseBody } from '@kubernetes/client-node';

/**
 * The body of an answer that breaks off when it is too large.
 *
 * @param maxBytes - after decompression
 */
export function limitBody(body: ResponseBody, maxBytes: number): ResponseBody {
  const binary = async () => {
    const stream = body.stream() as AsyncIterable<Uint8Array> | null;
    const chunks: Uint8Array[] = [];
    let bytes = 0;
    for await (const chunk of stream ?? []) {
      bytes += chunk.length;
      if (bytes > maxBytes) {
        throw new Error(`its answer has more than ${maxBytes} bytes`);
      }
      chunks.push(chunk);
    }
    return Buffer.concat(chunks);
  };
  return {
    binary,
    text: async () => (await binary()).toString('utf8'),
    stream: () => body.stream(),
  };
}
