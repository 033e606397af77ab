const BLANKS = ' \t\r\n';

/** A text without blanks, tabs and line breaks around it, in linear time whatever is in it. */
export function trimBlanks(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && BLANKS.includes(text[start])) {
    start++;
  }
  while (end > start && BLANKS.includes(text[end - 1])) {
    end--;
  }
  return text.slice(start, end);
}
