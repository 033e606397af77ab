import { UpstreamUnavailableError } from 'backstage-plugin-kargo-node';

/**
 * A text was not looked at, because the reading threads of this process had no time for it.
 * It says nothing about the text: a step is tried again, as when a host does not answer, and a
 * request is told to come again.
 */
export class ThreadsBusyError extends UpstreamUnavailableError {
  constructor(reason: string) {
    super('localhost', `the portal is busy reading other texts (${reason})`);
  }
}
