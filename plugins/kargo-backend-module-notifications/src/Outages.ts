import { LoggerService } from '@backstage/backend-plugin-api';
import { toError } from '@backstage/errors';

/** Tells the log of each thing that fails, once until it succeeds. */
export class Outages {
  readonly #open = new Set<string>();

  constructor(private readonly logger: LoggerService) {}

  /** @param project - of which it is; absent for what concerns all */
  tell(what: string, error: unknown, project?: string): void {
    const meta = { ...(project && { project }), error: toError(error).message };
    if (this.#open.has(project ?? '')) {
      this.logger.debug(what, meta);
      return;
    }
    this.#open.add(project ?? '');
    this.logger.warn(`${what}; it is tried again until it succeeds`, meta);
  }

  /** It has succeeded. */
  end(project?: string): void {
    this.#open.delete(project ?? '');
  }
}
