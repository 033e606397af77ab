import { AnalysisJobLog } from 'backstage-plugin-kargo-common';
import { redact } from 'backstage-plugin-kargo-node';

/** What is kept of what a container prints, in characters: the end. */
const KEPT = 64 * 1024;
/** And of all containers together: a character may take six bytes of the resource's 1.5 MiB. */
const KEPT_TOGETHER = 128 * 1024;
/** A line that goes on for longer is masked in pieces. */
const LONGEST_LINE = 16 * 1024;
/** Characters that are kept of why it cannot be read. */
const LONGEST_MESSAGE = 1024;
const PLACEHOLDER = '*****';

interface Container {
  text: string;
  dropped: number;
  /** The line that has not ended; a secret may be in the middle of being printed. */
  rest: string;
  message?: string;
}

/** Collects what the containers of a job print: masked, line by line, and no more than fits. */
export class JobLog {
  readonly #containers = new Map<string, Container>();
  #isChanged = false;

  /** @param secrets - everything that must not show; may grow */
  constructor(
    known: readonly AnalysisJobLog[],
    private readonly secrets: Iterable<string>,
  ) {
    for (const { container, dropped = 0, ...log } of known) {
      this.#containers.set(container, { ...log, dropped, rest: '' });
    }
  }

  get isChanged(): boolean {
    return this.#isChanged;
  }

  add(name: string, text: string): void {
    const container = this.#containerOf(name);
    // What a database cannot keep has no place in a log either.
    container.rest += text.replaceAll('\0', '\ufffd');
    const end = container.rest.lastIndexOf('\n') + 1;
    const isLong = container.rest.length - end > LONGEST_LINE;
    this.#take(container, isLong ? container.rest.length : end);
  }

  /**
   * Takes the end of what a container printed, in place of what is known of it. What both
   * have in common keeps its place, so that whoever reads along is told the rest.
   *
   * @param log.text - what is known stays when absent
   * @param log.message - why it is not all of it
   */
  replace(name: string, log: { text?: string; message?: string }): void {
    const known = { ...this.#containerOf(name) };
    const wasChanged = this.#isChanged;
    if (log.text !== undefined) {
      this.#containers.delete(name);
      this.add(name, log.text);
      const container = this.#containerOf(name);
      container.dropped = placeOf(container.text, known);
    }
    const container = this.#containerOf(name);
    keepEnd(container, KEPT);
    container.message =
      log.message === undefined
        ? undefined
        : redact(log.message, this.secrets, PLACEHOLDER).slice(
            0,
            LONGEST_MESSAGE,
          );
    this.#isChanged =
      wasChanged ||
      container.text !== known.text ||
      container.message !== known.message;
  }

  /** What is kept so far; lines that have not ended are in it at the end only. */
  read(options: { isEnded: boolean }): AnalysisJobLog[] {
    if (options.isEnded) {
      this.#containers.forEach(container =>
        this.#take(container, container.rest.length),
      );
    }
    this.#isChanged = false;
    const share = Math.floor(KEPT_TOGETHER / this.#containers.size);
    this.#containers.forEach(container =>
      keepEnd(container, Math.min(KEPT, share)),
    );
    return [...this.#containers].map(
      ([container, { text, dropped, message }]) => ({
        container,
        text,
        ...(dropped > 0 && { dropped }),
        ...(message !== undefined && { message }),
      }),
    );
  }

  #containerOf(name: string): Container {
    const container = this.#containers.get(name) ?? {
      text: '',
      dropped: 0,
      rest: '',
    };
    this.#containers.set(name, container);
    return container;
  }

  #take(container: Container, end: number): void {
    if (end === 0) {
      return;
    }
    const lines = redact(
      container.rest.slice(0, end),
      this.secrets,
      PLACEHOLDER,
    );
    container.rest = container.rest.slice(end);
    container.text += lines;
    // Cutting copies all that is kept, which is too much to do for each line.
    if (container.text.length > 2 * KEPT) {
      keepEnd(container, KEPT);
    }
    this.#isChanged = true;
  }
}

function keepEnd(container: Container, most: number): void {
  const excess = Math.max(container.text.length - most, 0);
  container.text = container.text.slice(excess);
  container.dropped += excess;
}

/** How many characters were printed before a text of which the known one has a part. */
function placeOf(
  text: string,
  { text: known, dropped }: Pick<Container, 'text' | 'dropped'>,
): number {
  if (known === '') {
    return dropped;
  }
  const end = matchLengths(known, text).indexOf(known.length);
  if (end >= 0) {
    return Math.max(dropped - (end + 1 - known.length), 0);
  }
  const overlap = matchLengths(text.slice(0, known.length), known).at(-1) ?? 0;
  return dropped + known.length - overlap;
}

/**
 * For each character of a text how much of a pattern, from its beginning, ends there: in
 * proportion to their lengths, however alike their parts are (Knuth, Morris and Pratt).
 */
function matchLengths(pattern: string, text: string): Uint32Array {
  const joined = `${pattern}\0${text}`;
  const lengths = new Uint32Array(joined.length);
  for (let at = 1; at < joined.length; at++) {
    let length = lengths[at - 1];
    while (length > 0 && joined[at] !== joined[length]) {
      length = lengths[length - 1];
    }
    lengths[at] = joined[at] === joined[length] ? length + 1 : 0;
  }
  return lengths.subarray(pattern.length + 1);
}
