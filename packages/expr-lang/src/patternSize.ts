/** Instructions that a class of Unicode, whose ranges are many, counts as. */
const UNICODE_CLASS = 15;
/** As many instructions as take the time of reading such a class once. */
const READING_UNICODE_CLASS = 150;
/** The last character that is another one in upper or lower case. */
const LAST_CASED = 0x1e943;
/** Characters that are looked up in both cases in the time of an instruction. */
const CASED_PER_INSTRUCTION = 16;
/** The last character that is written as an escape other than `\x`. */
const LAST_ESCAPED = 0o777;

const REPETITION = /\{(\d{1,5})(,(\d{0,5}))?\}/y;
// Names are no longer than that, or are none: whatever stands there is read once.
const NAME = /\{[^{}]{0,100}\}/y;
const NAMED_CLASS = /\[:\^?\w{1,20}:\]/y;
const IGNORES_CASE = /\(\?[imsU-]*i/;
const RANGE =
  /(?<low>\\x\{?[0-9a-f]{1,8}\}?|\\[^]|[^])-(?<high>\\x\{?[0-9a-f]{1,8}\}?|\\[^]|[^\]])/giu;

/** How many characters of the ranges of a class have to be looked up where case does not count. */
function casedIn(characterClass: string): number {
  let cased = 0;
  for (const { groups = {} } of characterClass.matchAll(RANGE)) {
    const low = codeOf(groups.low) ?? 0;
    const high = codeOf(groups.high) ?? LAST_ESCAPED;
    cased += Math.max(Math.min(high, LAST_CASED) - low, 0);
  }
  return cased;
}

/** `undefined` for an escape other than `\x`. */
function codeOf(character: string): number | undefined {
  const [, digits] = /^\\x\{?([0-9a-f]+)/i.exec(character) ?? [];
  if (digits !== undefined) return parseInt(digits, 16);
  return character.startsWith('\\') ? undefined : character.codePointAt(0);
}

class SizeReader {
  private at = 0;
  /** What takes time once, however often it is repeated. */
  private reading = 0;
  private readonly ignoresCase: boolean;
  /** Size of what has been read of the innermost group. */
  private size = 0;
  /** Size of what a repetition that follows would repeat. */
  private last = 0;
  private readonly outer: number[] = [];

  constructor(private readonly pattern: string) {
    this.ignoresCase = IGNORES_CASE.test(pattern);
  }

  read(): number {
    while (this.at < this.pattern.length) this.readNext();
    const size = this.outer.reduce((sum, each) => sum + each, this.size);
    return size + Math.ceil(this.reading);
  }

  private readNext(): void {
    switch (this.pattern[this.at]) {
      case '\\':
        this.add(this.escape());
        break;
      case '[':
        this.add(this.characterClass());
        break;
      case '(':
        this.outer.push(this.size);
        this.size = 0;
        this.last = 0;
        this.at += 1;
        break;
      case ')':
        this.last = this.size + 2;
        this.size = this.last + (this.outer.pop() ?? 0);
        this.at += 1;
        break;
      case '{':
        this.repetition();
        break;
      default:
        this.add(1);
        this.at += 1;
    }
  }

  private add(size: number): void {
    this.size += size;
    this.last = size;
  }

  private repetition(): void {
    REPETITION.lastIndex = this.at;
    const found = REPETITION.exec(this.pattern);
    if (!found) {
      this.add(1);
      this.at += 1;
      return;
    }
    const [text, least, more, most] = found;
    const fixed = Number(least);
    // `{2,}` is twice and a loop; what may be left out takes an instruction to do so.
    const optional = more ? Math.max(1, Number(most) - fixed) : 0;
    const size = this.last * fixed + (this.last + 1) * optional;
    this.size += size - this.last;
    this.last = size;
    this.at += text.length;
  }

  /** Moves behind an escape and gives its size. */
  private escape(): number {
    const { pattern } = this;
    const letter = pattern[this.at + 1];
    const start = this.at;
    this.at += 2;
    if (letter === 'Q') {
      const end = pattern.indexOf('\\E', this.at);
      this.at = end < 0 ? pattern.length : end + 2;
      return this.at - start;
    }
    const isUnicode = letter === 'p' || letter === 'P';
    if (isUnicode || letter === 'x') this.name();
    if (isUnicode) this.reading += READING_UNICODE_CLASS;
    return isUnicode ? UNICODE_CLASS : 1;
  }

  /** Moves behind a name in braces, which is no repetition. */
  private name(): void {
    NAME.lastIndex = this.at;
    this.at += NAME.exec(this.pattern)?.[0].length ?? 0;
  }

  /** Moves behind a class such as `[^a-z]` and gives its size. */
  private characterClass(): number {
    const { pattern } = this;
    let size = 1;
    this.at += 1;
    const start = this.at;
    if (pattern[this.at] === '^') this.at += 1;
    // A bracket that stands first is one of the characters.
    if (pattern[this.at] === ']') this.at += 1;
    while (this.at < pattern.length && pattern[this.at] !== ']') {
      size += 1;
      if (pattern[this.at] === '\\') {
        size += this.escape();
      } else {
        this.at += this.namedClass();
      }
    }
    if (this.ignoresCase) {
      const cased = casedIn(pattern.slice(start, this.at));
      this.reading += cased / CASED_PER_INSTRUCTION;
    }
    this.at += 1;
    return size;
  }

  /** Length of `[:alpha:]` or of a single character. */
  private namedClass(): number {
    NAMED_CLASS.lastIndex = this.at;
    return NAMED_CLASS.exec(this.pattern)?.[0].length ?? 1;
  }
}

/**
 * About how many instructions a regular expression is compiled to, told from its text: that
 * takes time, and `(…){500}` repeats in the program what stands in the group. What takes time
 * before, such as to look up wide ranges in both cases, counts as so many more. Rather too many
 * than too few; told in a time in proportion to the length of the text.
 *
 * @public
 */
export function patternSize(pattern: string): number {
  return new SizeReader(pattern).read();
}
