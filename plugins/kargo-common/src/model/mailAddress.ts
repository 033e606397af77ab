// The forms of RFC 5322 that people write: an address, or a name and an address in
// angle brackets. A domain needs no dot.
const ATOM = String.raw`[^\s<>@,;:."()[\]\\]+`;
const DOTTED = String.raw`${ATOM}(?:\.${ATOM})*`;
const ADDRESS = new RegExp(
  String.raw`^(?:${DOTTED}|"[^"\\]+")@(?:${DOTTED}|\[[\d.]+\])$`,
);
const CONTROL = /(?!\t)\p{Cc}/u;
const NAMED = /^(?:"[^"]*"\s*|[^<>",;:()[\]]*)<([^<>]+)>$/;

/**
 * Whether a text is a mail address, alone or behind a display name.
 *
 * @public
 */
export function isMailAddress(text: string): boolean {
  const trimmed = text.trim();
  const [, inner] = NAMED.exec(trimmed) ?? [];
  return !CONTROL.test(trimmed) && ADDRESS.test(inner ?? trimmed);
}
