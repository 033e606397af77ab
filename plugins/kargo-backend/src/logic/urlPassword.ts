/** Shown in place of the password of a URL. */
export const MASKED_PASSWORD = '[redacted]';

const SCHEME_END = '://';
/** So much of a text is looked at; no URL that works is longer. */
const LONGEST_URL = 8192;

/** The part of a URL that holds a user and a password. Each character is looked at once. */
const USER_AND_PASSWORD =
  /^([a-z][a-z0-9+.-]{0,31}:\/\/[^/?#@:\s]*):([^/?#@\s]+)@/i;

/** Whether a text is a URL with a password in it. */
export function holdsPassword(text: string): boolean {
  return USER_AND_PASSWORD.test(text.slice(0, LONGEST_URL));
}

/**
 * Masks the passwords of all URLs in a text, which may be JSON.
 *
 * @remarks Walks once through the text, which others may have written: its length is all
 * that the time depends on.
 */
export function maskPasswords(text: string): string {
  const parts: string[] = [];
  let copied = 0;
  let start = endOfScheme(text, 0);
  while (start !== undefined) {
    const end = endOfAuthority(text, start);
    const password = findPassword(text.slice(start, end));
    if (password) {
      parts.push(text.slice(copied, start + password.from), MASKED_PASSWORD);
      copied = start + password.to;
    }
    start = endOfScheme(text, end);
  }
  return parts.length === 0 ? text : parts.join('') + text.slice(copied);
}

/** Where the password of an authority is, such as `jo:hunter2@git.example:443`. */
function findPassword(
  authority: string,
): { from: number; to: number } | undefined {
  const to = authority.lastIndexOf('@');
  const colon = authority.indexOf(':');
  return to > 0 && colon >= 0 && colon + 1 < to
    ? { from: colon + 1, to }
    : undefined;
}

function endOfScheme(text: string, from: number): number | undefined {
  const at = text.indexOf(SCHEME_END, from);
  return at < 0 ? undefined : at + SCHEME_END.length;
}

function endOfAuthority(text: string, start: number): number {
  const end = /[/?#\s'"<>\\]/g;
  end.lastIndex = start;
  return end.exec(text)?.index ?? text.length;
}
