import { overviewMessages } from './messages/overviewMessages';
import { pipelineMessages } from './messages/pipelineMessages';
import { kargoTranslationRef } from './translation';

const ENGLISH = {
  'overview.title': overviewMessages.overview.title,
  'pipeline.title': pipelineMessages.pipeline.title,
} as const;

/**
 * The title of a tab, for the portal to draw in its language.
 *
 * @remarks
 * From Backstage 1.57 on a portal takes a message in the place of a text, which a reference
 * to translations makes when it is called. Before, it cannot be called, and the title is
 * English.
 */
export function translatedTitle(
  key: keyof typeof ENGLISH,
  messages: unknown = kargoTranslationRef,
): string {
  return typeof messages === 'function' ? messages(key) : ENGLISH[key];
}
