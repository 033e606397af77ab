import { SecretText } from './SecretText';

const PLACEHOLDER = '[redacted]';

// Shorter values occur in ordinary words; blanking them would make messages unreadable
// and tell more about the secret than it hides.
const MINIMUM_LENGTH = 4;

/**
 * Replaces every occurrence of the given secrets in a text by a placeholder, also where
 * a secret appears URL-encoded, JSON-escaped or as the base64 of itself.
 *
 * @remarks
 * Secrets shorter than four characters are left alone.
 *
 * @public
 */
export function redact(
  text: string,
  secrets: Iterable<SecretText | string | undefined>,
): string {
  const forms = new Set<string>();
  for (const secret of secrets) {
    const value = typeof secret === 'string' ? secret : secret?.reveal();
    if (value !== undefined && value.length >= MINIMUM_LENGTH) {
      writtenForms(value).forEach(form => forms.add(form));
    }
  }
  // Longest first: a secret may contain another one.
  return [...forms]
    .sort((a, b) => b.length - a.length)
    .reduce((rest, form) => rest.split(form).join(PLACEHOLDER), text);
}

function writtenForms(value: string): string[] {
  const forms = [
    value,
    JSON.stringify(value).slice(1, -1),
    Buffer.from(value, 'utf8').toString('base64'),
  ];
  // A lone surrogate has no URL-encoded form.
  return /\p{Surrogate}/u.test(value)
    ? forms
    : [...forms, encodeURIComponent(value)];
}
