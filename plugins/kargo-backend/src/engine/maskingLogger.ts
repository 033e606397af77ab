import { LoggerService } from '@backstage/backend-plugin-api';
import { JsonObject, JsonValue } from '@backstage/types';
import { maskedError } from '../logic/maskedError';

/** A logger that passes everything through a function which masks what must not be read. */
export function maskingLogger(
  logger: LoggerService,
  mask: (text: string) => string,
): LoggerService {
  const at =
    (level: 'error' | 'warn' | 'info' | 'debug') =>
    (message: string, meta?: Error | JsonObject) =>
      logger[level](mask(message), maskMeta(meta, mask));
  return {
    error: at('error'),
    warn: at('warn'),
    info: at('info'),
    debug: at('debug'),
    child: meta =>
      maskingLogger(logger.child(maskMeta(meta, mask) as JsonObject), mask),
  };
}

function maskMeta(
  meta: Error | JsonObject | undefined,
  mask: (text: string) => string,
): Error | JsonObject | undefined {
  if (meta instanceof Error) {
    return maskedError(meta, mask);
  }
  const text = meta && JSON.stringify(meta);
  // What holds nothing to mask is passed on as it is.
  return text === undefined || mask(text) === text
    ? meta
    : JSON.parse(text, (_, value: JsonValue) =>
        typeof value === 'string' ? mask(value) : value,
      );
}
