import { JsonPathError, Scanner } from './Scanner';

/** A comparison or an existence test in `[?(…)]`. */
export type Filter =
  | { test: 'exists'; left: Operand }
  | { test: Comparison; left: Operand; right: Operand };

/** Operators of filters. */
export type Comparison = '==' | '!=' | '<=' | '>=' | '<' | '>';

/** A side of a comparison: a value, or a path from the element (`@`). */
export type Operand = { value: unknown } | { path: Step[] };

/** One move through the document. */
export type Step =
  | { step: 'root' }
  | { step: 'fields'; names: string[] }
  | { step: 'all' }
  | { step: 'descend' }
  | { step: 'indexes'; indexes: number[] }
  | { step: 'slice'; from?: number; to?: number; by?: number }
  | { step: 'filter'; filter: Filter };

/** A part of a template. */
export type TemplateNode =
  | { node: 'text'; text: string }
  | { node: 'path'; path: Step[] }
  | { node: 'range'; path: Step[]; body: TemplateNode[] };

/** Templates come from the command line; more nesting than this is a mistake. */
const MAX_DEPTH = 20;

/**
 * Parses a template in `kubectl`'s dialect of JSONPath: text with `{…}` that hold a path,
 * quoted text, `range PATH` or `end`.
 *
 * @throws JsonPathError
 */
export function parseJsonPath(template: string): TemplateNode[] {
  // `kubectl` takes a bare path as well: `.metadata.name`.
  const source = template.includes('{') ? template : `{${template}}`;
  const scanner = new Scanner(source);
  return parseNodes(scanner, 0);
}

function parseNodes(scanner: Scanner, depth: number): TemplateNode[] {
  if (depth > MAX_DEPTH) {
    throw new JsonPathError(`more than ${MAX_DEPTH} ranges in each other`);
  }
  const nodes: TemplateNode[] = [];
  while (!scanner.isAtEnd()) {
    const text = scanner.takeUntil('{');
    if (text) {
      nodes.push({ node: 'text', text });
    }
    if (!scanner.take('{')) {
      break;
    }
    scanner.skipSpace();
    if (scanner.takeWord('end')) {
      closeBrace(scanner);
      if (depth === 0) {
        throw new JsonPathError('{end} without {range}');
      }
      return nodes;
    }
    nodes.push(parseBraces(scanner, depth));
  }
  if (depth > 0) {
    throw new JsonPathError('{range} without {end}');
  }
  return nodes;
}

function parseBraces(scanner: Scanner, depth: number): TemplateNode {
  if (scanner.takeWord('range')) {
    scanner.skipSpace();
    const path = parsePath(scanner);
    closeBrace(scanner);
    return { node: 'range', path, body: parseNodes(scanner, depth + 1) };
  }
  const quoted = scanner.takeQuoted();
  const node: TemplateNode =
    quoted === undefined
      ? { node: 'path', path: parsePath(scanner) }
      : { node: 'text', text: quoted };
  closeBrace(scanner);
  return node;
}

function closeBrace(scanner: Scanner): void {
  scanner.skipSpace();
  scanner.expect('}');
}

function parsePath(scanner: Scanner): Step[] {
  const start = scanner.position;
  const steps: Step[] = [];
  if (scanner.take('$')) {
    steps.push({ step: 'root' });
  } else if (!scanner.take('@')) {
    // The first name needs no dot.
    steps.push(...parseName(scanner));
  }
  for (;;) {
    if (scanner.take('..')) {
      steps.push({ step: 'descend' });
      // `..name` and `..[0]`: what follows is looked for in everything below.
      steps.push(...parseName(scanner));
    } else if (scanner.take('.')) {
      steps.push(...parseName(scanner));
    } else if (scanner.take('[')) {
      steps.push(parseBrackets(scanner));
    } else if (scanner.position === start && !scanner.isAt('}')) {
      throw scanner.error('expected a path such as .metadata.name');
    } else {
      return steps;
    }
  }
}

function parseName(scanner: Scanner): Step[] {
  if (scanner.take('*')) {
    return [{ step: 'all' }];
  }
  const name = scanner.takeName();
  // A lone dot is the element itself.
  return name === '' ? [] : [{ step: 'fields', names: [name] }];
}

function parseBrackets(scanner: Scanner): Step {
  scanner.skipSpace();
  const step = parseBracketContent(scanner);
  scanner.skipSpace();
  scanner.expect(']');
  return step;
}

function parseBracketContent(scanner: Scanner): Step {
  if (scanner.take('*')) {
    return { step: 'all' };
  }
  if (scanner.take('?(')) {
    const filter = parseFilter(scanner);
    scanner.skipSpace();
    scanner.expect(')');
    return { step: 'filter', filter };
  }
  const first = scanner.takeQuoted();
  if (first !== undefined) {
    return { step: 'fields', names: [first, ...moreOf(scanner, takeText)] };
  }
  const from = scanner.takeInteger();
  if (scanner.take(':')) {
    const to = scanner.takeInteger();
    const by = scanner.take(':') ? scanner.takeInteger() : undefined;
    return { step: 'slice', from, to, by };
  }
  if (from === undefined) {
    throw scanner.error("expected an index, a slice, a '*', a name or ?(…)");
  }
  return { step: 'indexes', indexes: [from, ...moreOf(scanner, takeIndex)] };
}

function moreOf<T>(scanner: Scanner, takeOne: (scanner: Scanner) => T): T[] {
  const found: T[] = [];
  scanner.skipSpace();
  while (scanner.take(',')) {
    scanner.skipSpace();
    found.push(takeOne(scanner));
    scanner.skipSpace();
  }
  return found;
}

function takeText(scanner: Scanner): string {
  const text = scanner.takeQuoted();
  if (text === undefined) {
    throw scanner.error('expected a quoted name');
  }
  return text;
}

function takeIndex(scanner: Scanner): number {
  const index = scanner.takeInteger();
  if (index === undefined) {
    throw scanner.error('expected an index');
  }
  return index;
}

const COMPARISONS: readonly Comparison[] = ['==', '!=', '<=', '>=', '<', '>'];

function parseFilter(scanner: Scanner): Filter {
  scanner.skipSpace();
  const left = parseOperand(scanner);
  scanner.skipSpace();
  const test = COMPARISONS.find(operator => scanner.take(operator));
  if (!test) {
    return { test: 'exists', left };
  }
  scanner.skipSpace();
  return { test, left, right: parseOperand(scanner) };
}

function parseOperand(scanner: Scanner): Operand {
  const text = scanner.takeQuoted();
  if (text !== undefined) {
    return { value: text };
  }
  const number = scanner.takeNumber();
  if (number !== undefined) {
    return { value: number };
  }
  for (const [word, value] of [
    ['true', true],
    ['false', false],
  ] as const) {
    if (scanner.takeWord(word)) {
      return { value };
    }
  }
  return { path: parsePath(scanner) };
}
