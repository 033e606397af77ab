/** One warning of the header `Warning`: `299 - "text"`, in which `\` escapes. */
const WARNING = /\b\d{3} \S+ "((?:[^"\\]|\\.)*)"/g;

/** The texts of the warnings that a server sent along. */
export function readWarnings(header: string | null): string[] {
  return [...(header ?? '').matchAll(WARNING)].map(([, text]) =>
    text.replace(/\\(.)/g, '$1'),
  );
}
