/** Characters that are kept of a text that says how something ended, where it is only told again. */
const LONGEST_MESSAGE = 4096;

/** The beginning of a text that is longer than that, with how long it is. */
export function shortenText(text: string, most = LONGEST_MESSAGE): string {
  return text.length > most
    ? `${text.slice(0, most)}… (${text.length} characters)`
    : text;
}
