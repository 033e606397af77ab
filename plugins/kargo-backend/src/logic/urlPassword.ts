/** So much of a text is looked at; no URL that works is longer. */
const LONGEST_URL = 8192;

/** The part of a URL that holds a user and a password. Each character is looked at once. */
const USER_AND_PASSWORD =
  /^([a-z][a-z0-9+.-]{0,31}:\/\/[^/?#@:\s]*):([^/?#@\s]+)@/i;

/** Whether a text is a URL with a password in it. */
export function holdsPassword(text: string): boolean {
  return USER_AND_PASSWORD.test(text.slice(0, LONGEST_URL));
}
