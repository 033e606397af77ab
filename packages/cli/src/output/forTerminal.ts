/**
 * A text as a terminal may be given it. What would command the terminal (move, hide, write
 * elsewhere) is shown instead, as `^[` and the like: much of what is printed was written by
 * others. Ends of lines and tabs stay.
 */
export function forTerminal(text: string): string {
  return text.replace(/[^\P{Cc}\n\t]/gu, character => {
    const code = character.charCodeAt(0);
    return code < 0x80
      ? `^${String.fromCharCode(code ^ 0x40)}`
      : `<U+00${code.toString(16).toUpperCase()}>`;
  });
}
