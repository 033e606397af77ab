import { GoTemplateError } from './GoTemplateError';
import { PlacedToken, readPieces } from './readTokens';

/** An operand of a command. */
export type Operand =
  | { kind: 'literal'; value: string | number | boolean | null }
  | { kind: 'dot' }
  | { kind: 'variable'; name: string }
  | { kind: 'call'; name: string }
  | { kind: 'pipeline'; pipeline: Pipeline }
  | { kind: 'fields'; of: Operand; names: string[] };

/** A function with its arguments, or one operand alone. */
export interface Command {
  first: Operand;
  rest: Operand[];
}

/** Commands, each of which gets the result of the one before as its last argument. */
export interface Pipeline {
  /** Of variables that take the result; two in a `range`. */
  targets: string[];
  /** Whether the variables are new. */
  isDeclaring: boolean;
  commands: Command[];
}

/** A part of a template. */
export type TemplateNode =
  | { kind: 'text'; text: string }
  | { kind: 'print'; pipeline: Pipeline }
  | {
      kind: 'if' | 'with' | 'range';
      pipeline: Pipeline;
      body: TemplateNode[];
      otherwise: TemplateNode[];
    };

/** Longest template, in characters. */
const LONGEST = 16 * 1024;
const DEEPEST = 50;
const BLOCKS = new Set(['if', 'with', 'range']);

/** What ended a block. */
type Closing = 'end' | 'else' | 'nothing';

class PipelineReader {
  #at = 0;

  constructor(private readonly tokens: PlacedToken[]) {}

  read(mostTargets: number): Pipeline {
    const targets = this.#readTargets(mostTargets);
    const commands: Command[] = [];
    do {
      commands.push(this.#readCommand());
    } while (this.#takeSign('|'));
    return { ...targets, commands };
  }

  demandEnd(): void {
    const token = this.tokens.at(this.#at);
    if (token) {
      throw new GoTemplateError(`unexpected ${tell(token)}`);
    }
  }

  #readTargets(most: number): Pick<Pipeline, 'targets' | 'isDeclaring'> {
    const sign =
      most === 0
        ? -1
        : this.tokens.findIndex(
            token => token.kind === 'sign' && /^:?=$/.test(token.text),
          );
    if (sign < 0) {
      return { targets: [], isDeclaring: false };
    }
    const targets = this.tokens
      .slice(0, sign)
      .filter(token => !(token.kind === 'sign' && token.text === ','));
    const names = targets.flatMap(token =>
      token.kind === 'variable' ? token.text : [],
    );
    if (names.length !== targets.length || names.length > most) {
      throw new GoTemplateError('only variables can be set');
    }
    const { text } = this.tokens[sign] as { text: string };
    this.#at = sign + 1;
    return { targets: names, isDeclaring: text === ':=' };
  }

  #readCommand(): Command {
    const operands: Operand[] = [];
    for (;;) {
      const operand = this.#readOperand();
      if (!operand) break;
      operands.push(operand);
    }
    const [first, ...rest] = operands;
    if (!first) {
      throw new GoTemplateError('missing value');
    }
    return { first, rest };
  }

  #readOperand(): Operand | undefined {
    const token = this.tokens.at(this.#at);
    const operand = token && this.#readTerm(token);
    if (!operand) {
      return undefined;
    }
    const names: string[] = [];
    for (;;) {
      const next = this.tokens.at(this.#at);
      if (next?.kind !== 'field' || next.isApart) break;
      names.push(next.text);
      this.#at += 1;
    }
    return names.length > 0 ? { kind: 'fields', of: operand, names } : operand;
  }

  #readTerm(token: PlacedToken): Operand | undefined {
    switch (token.kind) {
      case 'literal':
        this.#at += 1;
        return { kind: 'literal', value: token.value };
      case 'variable':
        this.#at += 1;
        return { kind: 'variable', name: token.text };
      case 'identifier':
        this.#at += 1;
        return constantOf(token.text) ?? { kind: 'call', name: token.text };
      case 'field':
        // The field itself is read as what goes on.
        this.tokens[this.#at] = { ...token, isApart: false };
        return { kind: 'dot' };
      default:
        return this.#readSign();
    }
  }

  #readSign(): Operand | undefined {
    if (this.#takeSign('.')) {
      return { kind: 'dot' };
    }
    if (!this.#takeSign('(')) {
      return undefined;
    }
    const pipeline = this.read(0);
    if (!this.#takeSign(')')) {
      throw new GoTemplateError('unclosed parenthesis');
    }
    return { kind: 'pipeline', pipeline };
  }

  #takeSign(text: string): boolean {
    const token = this.tokens.at(this.#at);
    const isThere = token?.kind === 'sign' && token.text === text;
    this.#at += isThere ? 1 : 0;
    return isThere;
  }
}

function parsePipeline(tokens: PlacedToken[], mostTargets = 1): Pipeline {
  const reader = new PipelineReader(tokens);
  const pipeline = reader.read(mostTargets);
  reader.demandEnd();
  return pipeline;
}

class TemplateReader {
  readonly #pieces;
  #at = 0;

  constructor(template: string) {
    this.#pieces = readPieces(template);
  }

  read(): TemplateNode[] {
    const { nodes, closing } = this.#readNodes(0);
    if (closing !== 'nothing') {
      throw new GoTemplateError(`unexpected {{${closing}}}`);
    }
    return nodes;
  }

  #readNodes(depth: number): { nodes: TemplateNode[]; closing: Closing } {
    if (depth > DEEPEST) {
      throw new GoTemplateError(`blocks may be nested ${DEEPEST} deep`);
    }
    const nodes: TemplateNode[] = [];
    for (;;) {
      const piece = this.#pieces.at(this.#at);
      if (!piece) {
        return { nodes, closing: 'nothing' };
      }
      if (piece.kind === 'text') {
        nodes.push(piece);
        this.#at += 1;
        continue;
      }
      const [word] = piece.tokens;
      if (word?.kind !== 'identifier') {
        this.#at += 1;
        nodes.push({ kind: 'print', pipeline: parsePipeline(piece.tokens) });
      } else if (word.text === 'end' || word.text === 'else') {
        return { nodes, closing: word.text };
      } else if (BLOCKS.has(word.text)) {
        nodes.push(this.#readBlock(depth));
      } else {
        this.#at += 1;
        nodes.push({ kind: 'print', pipeline: parsePipeline(piece.tokens) });
      }
    }
  }

  /** From its opening action to behind its end; `else if` is a block within. */
  #readBlock(depth: number, skipped = 0): TemplateNode {
    const tokens = this.#takeTokens().slice(skipped);
    const kind = (tokens[0] as { text: 'if' | 'with' | 'range' }).text;
    const pipeline = parsePipeline(tokens.slice(1), kind === 'range' ? 2 : 1);
    const body = this.#readNodes(depth + 1);
    let otherwise: TemplateNode[] = [];
    if (body.closing === 'else') {
      const next = this.#pieces[this.#at];
      const word = next.kind === 'action' ? next.tokens.at(1) : undefined;
      if (word?.kind === 'identifier' && BLOCKS.has(word.text)) {
        return {
          kind,
          pipeline,
          body: body.nodes,
          otherwise: [this.#readBlock(depth + 1, 1)],
        };
      }
      this.#at += 1;
      const rest = this.#readNodes(depth + 1);
      if (rest.closing !== 'end') {
        throw new GoTemplateError(`{{${kind}}} has no {{end}}`);
      }
      otherwise = rest.nodes;
    } else if (body.closing === 'nothing') {
      throw new GoTemplateError(`{{${kind}}} has no {{end}}`);
    }
    this.#at += 1;
    return { kind, pipeline, body: body.nodes, otherwise };
  }

  #takeTokens(): PlacedToken[] {
    const piece = this.#pieces[this.#at];
    this.#at += 1;
    return piece.kind === 'action' ? piece.tokens : [];
  }
}

/**
 * Reads the part of Go's template language that links use: data, variables, functions,
 * `if`, `with` and `range`. No templates within templates.
 *
 * @throws GoTemplateError
 */
export function parseTemplate(template: string): TemplateNode[] {
  if (template.length > LONGEST) {
    throw new GoTemplateError(
      `a template may have ${LONGEST} characters, this one has ${template.length}`,
    );
  }
  return new TemplateReader(template).read();
}

function constantOf(text: string): Operand | undefined {
  const constants = new Map([
    ['true', true],
    ['false', false],
    ['nil', null],
  ]);
  const value = constants.get(text);
  return value === undefined ? undefined : { kind: 'literal', value };
}

function tell(token: PlacedToken): string {
  return JSON.stringify(token.kind === 'literal' ? token.value : token.text);
}
