import { REDACTED, SecretText } from './SecretText';

// Shorter values occur in ordinary words; blanking them would make messages unreadable
// and tell more about the secret than it hides.
const MINIMUM_LENGTH = 4;
/** A part of a secret of this length is taken for the secret. */
const PART_LENGTH = 8;
const HASH_BASE = 16_777_619;
/** The weight of the first character of a part. */
const HASH_OF_FIRST = Array.from({ length: PART_LENGTH - 1 }).reduce<number>(
  weight => Math.imul(weight, HASH_BASE),
  1,
);
/** Slots into which parts are sorted by their hash. */
const SLOTS = 64 * 1024;
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
  placeholder = REDACTED,
): string {
  return createRedactor(secrets, placeholder)(text);
}

/**
 * {@link redact} for many texts and the same secrets. Takes time in proportion to the text,
 * whatever the number of secrets.
 *
 * @public
 */
export function createRedactor(
  secrets: Iterable<SecretText | string | undefined>,
  placeholder = REDACTED,
): (text: string) => string {
  const traces: Traces = { whole: new Set(), parts: new Set() };
  for (const secret of secrets) {
    const value = typeof secret === 'string' ? secret : secret?.reveal();
    if (value !== undefined && value.length >= MINIMUM_LENGTH) {
      collect(value, traces);
    }
  }
  if (traces.whole.size + traces.parts.size === 0) {
    return text => text;
  }
  const slots = slotsOf(traces.parts);
  return text => mask(text, findSecrets(text, traces, slots), placeholder);
}

/** What gives a secret away, in small letters. */
interface Traces {
  readonly whole: Set<string>;
  /** All of one length, each of which stands for the secret. */
  readonly parts: Set<string>;
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

function collect(value: string, { whole, parts }: Traces): void {
  const telling =
    value.length <= MAX_LENGTH_FOR_PARTS ? tellingPieces(value) : [];
  if (telling.length !== 1 || telling[0] !== value) {
    lowerForms(value).forEach(form => whole.add(form));
  }
  for (const form of telling.flatMap(lowerForms)) {
    if (form.length < PART_LENGTH || form.length > MAX_LENGTH_FOR_PARTS) {
      whole.add(form);
      continue;
    }
    for (let start = 0; start + PART_LENGTH <= form.length; start++) {
      parts.add(form.slice(start, start + PART_LENGTH));
    }
  }
}

function lowerForms(value: string): string[] {
  return writtenForms(value).map(toLowerCase);
}

/**
 * What distinguishes a secret: not what many addresses begin with, and not the words around
 * every key in PEM. What is left is too short to be one where it has no part.
 */
function tellingPieces(value: string): string[] {
  const pieces = value
    .replace(/^[a-z]{1,10}:\/\/(?:www\.)?/i, '')
    .split(/-{5}(?:BEGIN|END) [A-Z\d ]{1,60}-{5}/);
  return pieces.length === 1 && pieces[0] === value
    ? pieces
    : pieces.filter(piece => piece.length >= PART_LENGTH);
}

/** Which characters of a text belong to a secret. */
function findSecrets(
  text: string,
  { whole, parts }: Traces,
  slots: Uint8Array,
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
  let hash = hashOf(lower.slice(0, PART_LENGTH));
  for (let start = 0; start + PART_LENGTH <= lower.length; start++) {
    const end = start + PART_LENGTH;
    if (slots[slotOf(hash)] && parts.has(lower.slice(start, end))) {
      found.fill(1, start, end);
    }
    hash = shift(hash, lower.charCodeAt(start), lower.charCodeAt(end));
  }
  return found;
}

/** Which slots have a part: most places of a text are in none, and done with one look. */
function slotsOf(parts: Iterable<string>): Uint8Array {
  const slots = new Uint8Array(SLOTS);
  for (const part of parts) {
    slots[slotOf(hashOf(part))] = 1;
  }
  return slots;
}

function slotOf(hash: number): number {
  return (hash >>> 8) % SLOTS;
}

/** Of the characters of a part; the hash of the next part follows from it by `shift`. */
function hashOf(part: string): number {
  let hash = 0;
  for (let i = 0; i < part.length; i++) {
    hash = (Math.imul(hash, HASH_BASE) + part.charCodeAt(i)) | 0;
  }
  return hash;
}

function shift(hash: number, leaving: number, entering: number): number {
  const rest = (hash - Math.imul(leaving, HASH_OF_FIRST)) | 0;
  return (Math.imul(rest, HASH_BASE) + entering) | 0;
}

function mask(text: string, found: Uint8Array, placeholder: string): string {
  const pieces: string[] = [];
  let end = 0;
  for (
    let start = found.indexOf(1);
    start >= 0;
    start = found.indexOf(1, end)
  ) {
    pieces.push(text.slice(end, start), placeholder);
    const next = found.indexOf(0, start);
    end = next < 0 ? text.length : next;
  }
  return pieces.length === 0 ? text : pieces.join('') + text.slice(end);
}

/** Of letters that keep their length: positions in the text must stay the same. */
function toLowerCase(text: string): string {
  if (/^\p{ASCII}*$/u.test(text)) {
    return text.toLowerCase();
  }
  return text.replace(/[A-Z]+/g, letters => letters.toLowerCase());
}
