import { LoggerService } from '@backstage/backend-plugin-api';
import { JsonObject, JsonValue } from '@backstage/types';
import { redact } from 'backstage-plugin-kargo-node';

/** A logger that masks secrets, those included that become known later. */
export function redactingLogger(
  logger: LoggerService,
  secrets: Iterable<string>,
): LoggerService {
  const at =
    (level: 'error' | 'warn' | 'info' | 'debug') =>
    (message: string, meta?: Error | JsonObject) =>
      logger[level](redact(message, secrets), mask(meta, secrets));
  return {
    error: at('error'),
    warn: at('warn'),
    info: at('info'),
    debug: at('debug'),
    child: meta =>
      redactingLogger(logger.child(mask(meta, secrets) as JsonObject), secrets),
  };
}

function mask(
  meta: Error | JsonObject | undefined,
  secrets: Iterable<string>,
): Error | JsonObject | undefined {
  if (meta instanceof Error) {
    const masked = new Error(redact(meta.message, secrets));
    masked.name = meta.name;
    masked.stack = meta.stack && redact(meta.stack, secrets);
    return masked;
  }
  const text = meta && JSON.stringify(meta);
  const masked = text && redact(text, secrets);
  // What holds no secret is passed on as it is.
  return text === masked ? meta : maskTexts(meta, secrets);
}

function maskTexts(value: JsonObject | undefined, secrets: Iterable<string>) {
  return JSON.parse(JSON.stringify(value), (_, member: JsonValue) =>
    typeof member === 'string' ? redact(member, secrets) : member,
  ) as JsonObject;
}
