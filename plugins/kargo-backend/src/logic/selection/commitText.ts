const SUBJECT_BYTES = 80;
const ELLIPSIS = '...';

/** A person as discovery reports one. */
export function formatPerson(name: string, email: string): string {
  return `${name} <${email}>`;
}

/**
 * Cuts a subject to 80 bytes of UTF-8, the last three of them dots.
 *
 * @remarks
 * Only what is stored is cut; filters see the whole subject. Differs: upstream may cut
 * through a character.
 */
export function cutSubject(subject: string): string {
  let bytes = 0;
  let kept = '';
  for (const character of subject) {
    bytes += utf8Length(character);
    if (bytes <= SUBJECT_BYTES - ELLIPSIS.length) kept += character;
  }
  return bytes <= SUBJECT_BYTES ? subject : kept + ELLIPSIS;
}

function utf8Length(character: string): number {
  const code = character.codePointAt(0)!;
  if (code < 0x80) return 1;
  if (code < 0x800) return 2;
  return code < 0x10000 ? 3 : 4;
}
