/**
 * A regular expression whose groups have no names. Nobody asks for them where it is only told
 * whether one matches, and two groups of one name are valid in Go, though not for our compiler.
 *
 * @public
 */
export function withoutGroupNames(source: string): string {
  // A class that does not end is read to the end: from each bracket anew, it would take the
  // square of its length.
  const part =
    /\\Q.*?(?:\\E|$)|\\.|\[\^?\]?(?:\\.?|\[:\^?[a-z]+:\]|[^\]\\])*(?:\]|$)|\(\?P?<(\w+)>/gsu;
  return source.replace(part, (text, name?: string) =>
    name === undefined ? text : '(',
  );
}
