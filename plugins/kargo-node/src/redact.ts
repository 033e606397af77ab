import { SecretText } from './SecretText';

const PLACEHOLDER = '[redacted]';

// Shorter values occur in ordinary words; blanking them would make messages unreadable
// and tell more about the secret than it hides.
const MINIMUM_LENGTH = 4;
/** A part of a secret of this length is taken for the secret. */
const PART_LENGTH = 8;
/** Of larger ones (files, bundles of certificates) only the whole is looked for. */
const MAX_LENGTH_FOR_PARTS = 16 * 1024;

/**
 * Replaces every occurrence of the given secrets in a text by a placeholder, also where a
 * secret appears in other case, URL-encoded, JSON-escaped, in hexadecimal digits or as the
 * base64 of itself or of something that it is in, and where only a part of eight or more
 * characters appears.
 *
 * @remarks
 * Secrets shorter than four characters are left alone. What else an expression can make of a
 * secret (reversed, hashed, two of its halves joined) is not recognised.
 *
 * @public
 */
export function redact(
  text: string,
  secrets: Iterable<SecretText | string | undefined>,
  placeholder = PLACEHOLDER,
): string {
  const whole = new Set<string>();
  const parts = new Set<string>();
  for (const secret of secrets) {
    const value = typeof secret === 'string' ? secret : secret?.reveal();
    if (value !== undefined && value.length >= MINIMUM_LENGTH) {
      for (const form of writtenForms(value)) {
        collect(toLowerCase(form), whole, parts);
      }
    }
  }
  return whole.size === 0
    ? text
    : mask(text, findSecrets(text, whole, parts), placeholder);
}

function writtenForms(value: string): string[] {
  const forms = [
    value,
    JSON.stringify(value).slice(1, -1),
    Buffer.from(value, 'utf8').toString('hex'),
    ...base64Forms(Buffer.from(value, 'utf8')),
  ];
  // A lone surrogate has no URL-encoded form.
  return /\p{Surrogate}/u.test(value)
    ? forms
    : [
        ...forms,
        encodeURIComponent(value),
        new URLSearchParams({ '': value }).toString().slice(1),
      ];
}

/** Of the value alone, and as the middle of something longer. */
function base64Forms(bytes: Buffer): string[] {
  const inside = [1, 2].map(offset =>
    Buffer.concat([Buffer.alloc(offset), bytes])
      .toString('base64')
      // What the neighbours have a part in.
      .slice(4, -4),
  );
  const plain = bytes.toString('base64');
  return [plain, plain.replace(/=+$/, ''), ...inside]
    .filter(form => form.length >= MINIMUM_LENGTH)
    .flatMap(form => [form, form.replace(/\+/g, '-').replace(/\//g, '_')]);
}

function collect(form: string, whole: Set<string>, parts: Set<string>): void {
  whole.add(form);
  if (form.length > MAX_LENGTH_FOR_PARTS) {
    return;
  }
  // What many addresses begin with tells nothing of this one.
  const telling = form.replace(/^[a-z]{1,10}:\/\/(?:www\.)?/, '');
  for (let start = 0; start + PART_LENGTH <= telling.length; start++) {
    parts.add(telling.slice(start, start + PART_LENGTH));
  }
}

/** Which characters of a text belong to a secret. */
function findSecrets(
  text: string,
  whole: ReadonlySet<string>,
  parts: ReadonlySet<string>,
): Uint8Array {
  const lower = toLowerCase(text);
  const found = new Uint8Array(text.length);
  for (const form of whole) {
    for (
      let start = lower.indexOf(form);
      start >= 0;
      start = lower.indexOf(form, start + form.length)
    ) {
      found.fill(1, start, start + form.length);
    }
  }
  for (let start = 0; start + PART_LENGTH <= lower.length; start++) {
    if (parts.has(lower.slice(start, start + PART_LENGTH))) {
      found.fill(1, start, start + PART_LENGTH);
    }
  }
  return found;
}

function mask(text: string, found: Uint8Array, placeholder: string): string {
  const pieces: string[] = [];
  let start = 0;
  for (let end = 1; end <= text.length; end++) {
    if (end === text.length || found[end] !== found[start]) {
      pieces.push(found[start] ? placeholder : text.slice(start, end));
      start = end;
    }
  }
  return pieces.join('');
}

/** Of letters that keep their length: positions in the text must stay the same. */
function toLowerCase(text: string): string {
  return text.replace(/[A-Z]+/g, letters => letters.toLowerCase());
}
