import { LoggerService } from '@backstage/backend-plugin-api';

/** A logger that adds warnings and errors to a list, and ignores the rest. */
export function logWarnings(lines: string[]): LoggerService {
  const note = (message: string | Error, meta?: unknown) => {
    lines.push(`${message} ${JSON.stringify(meta, errorsToo)}`);
  };
  const ignore = () => {};
  const logger: LoggerService = {
    debug: ignore,
    info: ignore,
    warn: note,
    error: note,
    child: () => logger,
  };
  return logger;
}

function errorsToo(_: string, value: unknown) {
  return value instanceof Error ? value.stack : value;
}
