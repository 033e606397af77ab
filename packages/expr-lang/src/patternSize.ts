/** Instructions that a class of Unicode, whose ranges are many, counts as. */
const UNICODE_CLASS = 15;

const REPETITION = /\{(\d{1,5})(,(\d{0,5}))?\}/y;
const NAME = /\{[^}]*\}/y;

class SizeReader {
  private at = 0;
  /** Size of what has been read of the innermost group. */
  private size = 0;
  /** Size of what a repetition that follows would repeat. */
  private last = 0;
  private readonly outer: number[] = [];

  constructor(private readonly pattern: string) {}

  read(): number {
    while (this.at < this.pattern.length) this.readNext();
    return this.outer.reduce((sum, size) => sum + size, this.size);
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
    this.at += 1;
    return size;
  }

  /** Length of `[:alpha:]` or of a single character. */
  private namedClass(): number {
    const { pattern, at } = this;
    const end = pattern.startsWith('[:', at) ? pattern.indexOf(':]', at) : -1;
    return end < 0 ? 1 : end + 2 - at;
  }
}

/**
 * About how many instructions a regular expression is compiled to, told from its text: that
 * takes time, and `(…){500}` repeats in the program what stands in the group. Rather too many
 * than too few.
 */
export function patternSize(pattern: string): number {
  return new SizeReader(pattern).read();
}
