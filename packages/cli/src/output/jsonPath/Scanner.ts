/** A template that cannot be understood. */
export class JsonPathError extends Error {
  readonly name = 'JsonPathError';
}

const ESCAPES: Record<string, string> = { n: '\n', t: '\t', r: '\r' };

/** Walks over the source of a template. */
export class Scanner {
  private at = 0;

  constructor(private readonly source: string) {}

  /** How much has been taken, in characters. */
  get position(): number {
    return this.at;
  }

  isAtEnd(): boolean {
    return this.at >= this.source.length;
  }

  isAt(text: string): boolean {
    return this.source.startsWith(text, this.at);
  }

  take(text: string): boolean {
    if (!this.isAt(text)) {
      return false;
    }
    this.at += text.length;
    return true;
  }

  /** Takes a word that no other letter follows. */
  takeWord(word: string): boolean {
    const next = this.source[this.at + word.length] ?? '';
    return !/[\w.[]/.test(next) && this.take(word);
  }

  takeUntil(character: string): string {
    const end = this.source.indexOf(character, this.at);
    return this.takeTo(end < 0 ? this.source.length : end);
  }

  skipSpace(): void {
    this.takeMatch(/\s*/y);
  }

  expect(text: string): void {
    if (!this.take(text)) {
      throw this.error(`expected '${text}'`);
    }
  }

  /** A field name, in which a backslash takes the meaning from the next character. */
  takeName(): string {
    return this.takeMatch(/(?:[^\s.[\](){}'"\\@$,*=!<>?|]|\\.)*/y).replace(
      /\\(.)/g,
      '$1',
    );
  }

  takeQuoted(): string | undefined {
    const quote = this.source[this.at];
    if (quote !== '"' && quote !== "'") {
      return undefined;
    }
    const body = this.takeMatch(
      quote === '"' ? /"(?:[^"\\]|\\.)*"/sy : /'(?:[^'\\]|\\.)*'/sy,
    );
    if (body === '') {
      throw this.error('expected the quoted text to end');
    }
    return body
      .slice(1, -1)
      .replace(/\\(.)/gs, (_, letter: string) => ESCAPES[letter] ?? letter);
  }

  takeInteger(): number | undefined {
    const digits = this.takeMatch(/-?\d+/y);
    return digits === '' ? undefined : Number(digits);
  }

  takeNumber(): number | undefined {
    const digits = this.takeMatch(/-?\d+(?:\.\d+)?/y);
    return digits === '' ? undefined : Number(digits);
  }

  error(message: string): JsonPathError {
    const rest = this.source.slice(this.at, this.at + 20);
    return new JsonPathError(
      `${message} ${rest ? `at '${rest}'` : 'at the end of the template'}`,
    );
  }

  private takeMatch(pattern: RegExp): string {
    pattern.lastIndex = this.at;
    const match = pattern.exec(this.source)?.[0] ?? '';
    return this.takeTo(this.at + match.length);
  }

  private takeTo(end: number): string {
    const text = this.source.slice(this.at, end);
    this.at = end;
    return text;
  }
}
