import { maskPasswords } from '../../logic/urlPassword';
import { withoutOwnFields } from './withoutOwnFields';

/**
 * The JSON of everything that the API answers.
 *
 * @remarks Whoever may read a project reads its repository URLs, and messages with them;
 * passwords in them are for the engine alone, and so are the fields that Kargo's objects do
 * not have.
 */
export function shownJson(value: unknown): string {
  return maskPasswords(JSON.stringify(withoutOwnFields(value)));
}
