/** A part of a path: how to come from values to others. */
export type PathStep =
  | { kind: 'field'; name: string }
  | { kind: 'wildcard' }
  | { kind: 'recursive' }
  | { kind: 'union'; branches: PathStep[][] }
  | { kind: 'slice'; start?: number; end?: number; step?: number }
  | {
      kind: 'filter';
      left: PathStep[];
      operator: FilterOperator;
      right: PathStep[];
    }
  | { kind: 'literal'; value: string | number | boolean };

/** How a filter compares. */
export type FilterOperator = '==' | '!=' | '<' | '<=' | '>' | '>=' | 'exists';

/** A part of a template: text, a path, or a range over what a path finds. */
export type PathNode =
  | { kind: 'text'; text: string }
  | { kind: 'path'; steps: PathStep[] }
  | { kind: 'range'; steps: PathStep[]; body: PathNode[] };

/** Longer paths are a mistake. */
const MAX_LENGTH = 4096;
const OPERATOR = /^(?:==|!=|<=|>=|<|>)/;
const NUMBER = /^[+-]?\d{1,15}(?:\.\d{1,15})?/;
const FIELD = /^(?:\\.|[^\s.[\]{}()|,'"=!<>?@$:*\\])+/;

class Parser {
  #at = 0;

  constructor(private readonly text: string) {}

  expectEnd(): void {
    if (this.#at < this.text.length) {
      throw new Error('not in range, nothing to end');
    }
  }

  /** Up to the end of the text, or to an `{end}`, which is left. */
  template(): PathNode[] {
    const nodes: PathNode[] = [];
    for (;;) {
      const open = this.text.indexOf('{', this.#at);
      const end = open < 0 ? this.text.length : open;
      if (end > this.#at) {
        nodes.push({ kind: 'text', text: this.text.slice(this.#at, end) });
      }
      this.#at = end;
      if (open < 0 || this.#looksAt(/^\{\s*end\s*\}/)) {
        return nodes;
      }
      nodes.push(...this.#action());
    }
  }

  #action(): PathNode[] {
    this.#take('{');
    if (this.#consume(/^\s*range\b/)) {
      const steps = this.#steps('}');
      this.#take('}');
      const body = this.template();
      if (!this.#consume(/^\{\s*end\s*\}/)) {
        throw new Error('unterminated range');
      }
      return [{ kind: 'range', steps, body }];
    }
    const steps = this.#steps('}');
    this.#take('}');
    return steps.length === 1 && steps[0].kind === 'literal'
      ? [{ kind: 'text', text: String(steps[0].value) }]
      : [{ kind: 'path', steps }];
  }

  #steps(end: string): PathStep[] {
    const steps: PathStep[] = [];
    for (;;) {
      this.#consume(/^\s+/);
      const next = this.text[this.#at];
      if (next === undefined) {
        throw new Error('unclosed action');
      }
      const isEnd =
        next === end ||
        (end === ')' && OPERATOR.test(this.text.slice(this.#at)));
      if (isEnd) {
        return steps;
      }
      steps.push(...this.#step(next));
    }
  }

  #step(next: string): PathStep[] {
    switch (next) {
      // What is looked at, which is where every path begins.
      case '$':
      case '@':
        this.#at += 1;
        return [];
      case '.':
        return this.#dotted();
      case '[':
        return this.#bracketed();
      case '"':
      case "'":
        return [{ kind: 'literal', value: this.#quoted() }];
      default:
        return [this.#word()];
    }
  }

  #dotted(): PathStep[] {
    if (this.#consume(/^\.\./)) {
      const rest = this.#looksAt(/^\[/) ? [] : this.#name();
      return [{ kind: 'recursive' }, ...rest];
    }
    this.#take('.');
    return this.#looksAt(/^[\s[}]/) ? [] : this.#name();
  }

  #name(): PathStep[] {
    if (this.#consume(/^\*/)) {
      return [{ kind: 'wildcard' }];
    }
    const name = this.#consume(FIELD);
    if (!name) {
      throw new Error(
        `unrecognized character in action: ${JSON.stringify(
          this.text[this.#at] ?? '',
        )}`,
      );
    }
    return [{ kind: 'field', name: name.replace(/\\(.)/g, '$1') }];
  }

  #word(): PathStep {
    const number = this.#consume(NUMBER);
    if (number) {
      return { kind: 'literal', value: Number(number) };
    }
    const [step] = this.#name();
    const isBoolean =
      step.kind === 'field' && (step.name === 'true' || step.name === 'false');
    return isBoolean
      ? { kind: 'literal', value: (step as { name: string }).name === 'true' }
      : step;
  }

  #bracketed(): PathStep[] {
    this.#take('[');
    this.#consume(/^\s+/);
    if (this.#consume(/^\?\s*\(/)) {
      const step = this.#filter();
      this.#take(']');
      return [step];
    }
    const branches: PathStep[][] = [];
    do {
      this.#consume(/^\s+/);
      branches.push([this.#selector()]);
      this.#consume(/^\s+/);
    } while (this.#consume(/^,/));
    this.#take(']');
    return branches.length === 1 ? branches[0] : [{ kind: 'union', branches }];
  }

  #selector(): PathStep {
    if (this.#consume(/^\*/)) {
      return { kind: 'wildcard' };
    }
    if (this.#looksAt(/^['"]/)) {
      return { kind: 'field', name: this.#quoted() };
    }
    const [whole, start, colon, end, step] =
      /^([+-]?\d{1,9})?(?:(:)([+-]?\d{1,9})?)?(?::([+-]?\d{1,9})?)?/.exec(
        this.text.slice(this.#at),
      ) ?? [''];
    if (!whole) {
      throw new Error(
        `invalid array index ${JSON.stringify(
          this.text.slice(this.#at, this.#at + 20),
        )}`,
      );
    }
    this.#at += whole.length;
    const first = start === undefined ? undefined : Number(start);
    return colon
      ? {
          kind: 'slice',
          ...(first !== undefined && { start: first }),
          ...(end !== undefined && { end: Number(end) }),
          ...(step !== undefined && { step: Number(step) }),
        }
      : { kind: 'slice', start: first, end: (first ?? 0) + 1, step: 0 };
  }

  #filter(): PathStep {
    const left = this.#steps(')');
    const operator = this.#consume(OPERATOR) as FilterOperator | undefined;
    const right = operator ? this.#steps(')') : [];
    this.#take(')');
    return { kind: 'filter', left, operator: operator ?? 'exists', right };
  }

  #quoted(): string {
    const text = this.#consume(/^(?:'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")/);
    if (!text) {
      throw new Error('unterminated quoted string');
    }
    return text.slice(1, -1).replace(/\\(.)/g, '$1');
  }

  #looksAt(pattern: RegExp): boolean {
    return pattern.test(this.text.slice(this.#at));
  }

  #consume(pattern: RegExp): string | undefined {
    const found = pattern.exec(this.text.slice(this.#at))?.[0];
    this.#at += found?.length ?? 0;
    return found || undefined;
  }

  #take(character: string): void {
    if (this.text[this.#at] !== character) {
      throw new Error(
        this.#at >= this.text.length
          ? 'unclosed action'
          : `expected ${JSON.stringify(character)} at ${JSON.stringify(
              this.text.slice(this.#at, this.#at + 20),
            )}`,
      );
    }
    this.#at += 1;
  }
}

/**
 * Reads a path in the dialect of kubectl: paths in braces, text around them.
 *
 * @throws Error when the text is no path
 */
export function parseJsonPath(text: string): PathNode[] {
  if (text.length > MAX_LENGTH) {
    throw new Error(`a JSONPath has at most ${MAX_LENGTH} characters`);
  }
  const parser = new Parser(text);
  const nodes = parser.template();
  parser.expectEnd();
  return nodes;
}
