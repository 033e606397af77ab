import { KargoEvent } from 'backstage-plugin-kargo-common';
import { plainMessage } from '../promotion/plainMessage';

const END_OF_PROMOTION = /^(Promotion [A-Z][a-z]+): (.*)$/s;

/**
 * The message of an event. How a Promotion ended stands in it once, though the step that
 * ended it says so, too.
 */
export function eventText({ message }: Pick<KargoEvent, 'message'>): string {
  const [, ended, because] = END_OF_PROMOTION.exec(message) ?? [];
  if (ended === undefined) {
    return message;
  }
  const why = plainMessage(because);
  return why ? `${ended}: ${why}` : ended;
}
