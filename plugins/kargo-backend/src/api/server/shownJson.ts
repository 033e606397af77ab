import { maskPasswords } from '../../logic/urlPassword';

/**
 * The JSON of everything that the API answers.
 *
 * @remarks Whoever may read a project reads its repository URLs, and messages with them;
 * passwords in them are for the engine alone.
 */
export function shownJson(value: unknown): string {
  return maskPasswords(JSON.stringify(value));
}
