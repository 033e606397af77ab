import {
  HttpRequest,
  StepContext,
  StepFiles,
  TerminalError,
} from 'backstage-plugin-kargo-node';
import { parseTimeLimit } from '../shared/goDuration';
import { parseURL, toHeaders, withQuery } from '../shared/httpRequest';
import { ParsedHttpConfig } from './config';

/** Largest body of a request from a file, and of an answer, in bytes. */
const MAX_BODY_BYTES = 2 * 1024 * 1024;

/**
 * The request that a configuration describes.
 *
 * @throws TerminalError when it describes none.
 */
export async function buildRequest(
  config: ParsedHttpConfig,
  context: StepContext<'files'>,
): Promise<HttpRequest> {
  try {
    return {
      url: withQuery(parseURL(config.url), config.queryParams),
      method: config.method,
      headers: [
        ...toHeaders(config.headers),
        ...idempotencyKey(config, context),
      ],
      body: await readBody(config, context.files),
      maxBytes: MAX_BODY_BYTES,
      timeoutMs: parseTimeLimit(config.timeout),
      insecureSkipTLSVerify: config.insecureSkipTLSVerify,
      ...(config.proxy !== undefined && {
        proxy: parseURL(config.proxy).href,
      }),
    };
  } catch (error) {
    // The configuration will not get better by trying again.
    throw new TerminalError(
      error instanceof Error ? error.message : String(error),
    );
  }
}

/** Whether a server may do something twice when it is asked twice. */
export function isRepeatable({ method }: ParsedHttpConfig): boolean {
  return method !== 'POST' && method !== 'PATCH';
}

/** How often the step has asked and then waited. */
export function countAsked(
  context: Pick<StepContext, 'previousOutput'>,
): number {
  const asked = context.previousOutput?.asked;
  return typeof asked === 'number' ? asked : 0;
}

/**
 * By which a server can tell a request that was sent again, because nobody knows whether the
 * first came through, from the next one of a step that asks until something has happened.
 */
function idempotencyKey(
  config: ParsedHttpConfig,
  context: Pick<StepContext, 'promotionUid' | 'alias' | 'previousOutput'>,
): (readonly [string, string])[] {
  const isGiven = config.headers.some(
    ({ name }) => name.toLowerCase() === 'idempotency-key',
  );
  if (isGiven || isRepeatable(config)) {
    return [];
  }
  const { promotionUid, alias } = context;
  const parts = [promotionUid, encodeURIComponent(alias), countAsked(context)];
  return [['Idempotency-Key', parts.join('.')]];
}

async function readBody(
  { body, bodyFromFile }: ParsedHttpConfig,
  files: StepFiles,
): Promise<string | Buffer | undefined> {
  return bodyFromFile === undefined
    ? body || undefined
    : files.read(bodyFromFile, { maxBytes: MAX_BODY_BYTES });
}
