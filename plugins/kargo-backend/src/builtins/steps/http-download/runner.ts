import {
  createStep,
  HttpRequest,
  TerminalError,
} from 'backstage-plugin-kargo-node';
import { z } from 'zod';
import {
  assertMayWrite,
  limitDownload,
  MAX_DOWNLOAD_BYTES,
} from '../shared/download';
import { parseTimeLimit } from '../shared/goDuration';
import { parseURL, toHeaders, withQuery } from '../shared/httpRequest';
import { HttpDownloadConfig } from './config';

/** Writes what a URL answers with into a file. */
export const httpDownloadStep = createStep({
  id: 'http-download',
  description: 'Downloads a file over HTTP.',
  config: HttpDownloadConfig,
  needs: ['files', 'http'],
  workspace: 'writes',
  async run(config, context) {
    const { files, http } = context;
    const { outPath } = config;
    await assertMayWrite(config, context);
    const request = buildRequest(config);
    const { host } = new URL(request.url);
    const { status, headers, body } = await http.open(request);
    try {
      if (status < 200 || status > 299) {
        const reason = `${host} answered with status ${status}`;
        return { kind: 'failed', reason, final: false };
      }
      if (Number(headers['content-length']?.[0]) > MAX_DOWNLOAD_BYTES) {
        const reason = `what ${host} has is larger than ${MAX_DOWNLOAD_BYTES} bytes`;
        return { kind: 'failed', reason, final: true };
      }
      await files.write(outPath, limitDownload(body, `what ${host} sends`), {
        mode: 0o600,
      });
      return { kind: 'succeeded' };
    } finally {
      body.on('error', () => {
        // Given up on purpose, or told already.
      });
      body.destroy();
    }
  },
});

/** @throws TerminalError: a configuration does not get better by trying again. */
function buildRequest(
  config: z.output<typeof HttpDownloadConfig>,
): HttpRequest & { url: URL } {
  try {
    return {
      url: withQuery(parseURL(config.url), config.queryParams),
      headers: [
        // The file as it is, unless somebody wants it otherwise.
        ['accept-encoding', 'identity'] as const,
        ...toHeaders(config.headers),
      ],
      maxBytes: Number.MAX_SAFE_INTEGER,
      timeoutMs: parseTimeLimit(config.timeout),
      insecureSkipTLSVerify: config.insecureSkipTLSVerify,
    };
  } catch (error) {
    throw new TerminalError((error as Error).message);
  }
}
