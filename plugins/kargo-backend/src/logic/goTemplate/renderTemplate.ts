import { JsonObject, JsonValue } from 'backstage-plugin-kargo-common';
import { isObject } from '../isObject';
import { FUNCTIONS } from './functions';
import { GoTemplateError } from './GoTemplateError';
import {
  Command,
  Operand,
  parseTemplate,
  Pipeline,
  TemplateNode,
} from './parseTemplate';
import { isTrue, LONGEST, printValue, sizeOf, typeOf } from './values';

/** Most work of one template, in nodes and operands. */
const STEPS = 10_000;
/** Most that all functions of one template are given to work on, in units of {@link sizeOf}. */
const WORK = 200_000;

/** Variables by name; those of an inner block hide and may set those of the outer. */
class Variables {
  readonly #own = new Map<string, JsonValue>();

  constructor(private readonly outer?: Variables) {}

  get(name: string): JsonValue {
    return this.#holder(name).#own.get(name)!;
  }

  declare(name: string, value: JsonValue): void {
    this.#own.set(name, value);
  }

  assign(name: string, value: JsonValue): void {
    this.#holder(name).#own.set(name, value);
  }

  #holder(name: string): Variables {
    if (this.#own.has(name)) return this;
    if (!this.outer) {
      throw new GoTemplateError(`undefined variable "${name}"`);
    }
    return this.outer.#holder(name);
  }
}

/** Where something is evaluated. */
interface Place {
  dot: JsonValue;
  variables: Variables;
}

class Renderer {
  #steps = 0;
  #work = 0;
  #text = '';

  constructor(private readonly data: JsonObject) {}

  render(nodes: TemplateNode[]): string {
    const variables = new Variables();
    variables.declare('$', this.data);
    this.#renderAll(nodes, { dot: this.data, variables });
    return this.#text;
  }

  #renderAll(nodes: TemplateNode[], place: Place): void {
    nodes.forEach(node => this.#renderNode(node, place));
  }

  #renderNode(node: TemplateNode, place: Place): void {
    this.#step();
    switch (node.kind) {
      case 'text':
        return this.#print(node.text);
      case 'print': {
        const value = this.#run(node.pipeline, place);
        if (node.pipeline.targets.length > 0) {
          return this.#setAll(node.pipeline, [value], place);
        }
        if (value === null) {
          throw new GoTemplateError(`${describe(node.pipeline)} has no value`);
        }
        this.#charge(sizeOf(value, WORK));
        return this.#print(printValue(value));
      }
      case 'range':
        return this.#renderRange(node, place);
      default: {
        const inner = { ...place, variables: new Variables(place.variables) };
        const value = this.#run(node.pipeline, inner);
        this.#setAll(node.pipeline, [value], inner);
        if (!isTrue(value)) {
          return this.#renderAll(node.otherwise, inner);
        }
        return this.#renderAll(
          node.body,
          node.kind === 'with' ? { ...inner, dot: value } : inner,
        );
      }
    }
  }

  #renderRange(
    { pipeline, body, otherwise }: Extract<TemplateNode, { body: unknown }>,
    place: Place,
  ): void {
    const value = this.#run(pipeline, place);
    const entries = entriesOf(value);
    if (entries.length === 0) {
      this.#renderAll(otherwise, place);
    }
    this.#charge(entries.length);
    for (const [key, element] of entries) {
      this.#step();
      const variables = new Variables(place.variables);
      const values = pipeline.targets.length > 1 ? [key, element] : [element];
      this.#setAll(pipeline, values, { ...place, variables });
      this.#renderAll(body, { dot: element, variables });
    }
  }

  #setAll(
    { targets, isDeclaring }: Pipeline,
    values: JsonValue[],
    { variables }: Place,
  ): void {
    targets.forEach((name, index) =>
      isDeclaring
        ? variables.declare(name, values[index])
        : variables.assign(name, values[index]),
    );
  }

  #run({ commands }: Pipeline, place: Place): JsonValue {
    let value: JsonValue | undefined;
    for (const command of commands) {
      value = this.#runCommand(command, place, value);
    }
    return value ?? null;
  }

  #runCommand(
    { first, rest }: Command,
    place: Place,
    piped: JsonValue | undefined,
  ): JsonValue {
    const isCall = first.kind === 'call';
    if (!isCall && (rest.length > 0 || piped !== undefined)) {
      throw new GoTemplateError(
        `${tell(first)} is no function and takes no arguments`,
      );
    }
    if (!isCall) {
      return this.#evaluate(first, place);
    }
    const given = [
      ...rest.map(operand => () => this.#evaluate(operand, place)),
      ...(piped === undefined ? [] : [() => piped]),
    ];
    return this.#call(first.name, given);
  }

  /** Arguments are evaluated when they are needed, as `and` and `or` want it. */
  #call(name: string, given: Array<() => JsonValue>): JsonValue {
    this.#step();
    if (name === 'and' || name === 'or') {
      return this.#decide(name, given);
    }
    const known = FUNCTIONS.get(name);
    if (!known) {
      throw new GoTemplateError(`function "${name}" not defined`);
    }
    const [fewest, most] = known.takes;
    if (given.length < fewest || given.length > most) {
      throw new GoTemplateError(
        `wrong number of arguments for ${name}: ${given.length}`,
      );
    }
    const values = given.map(argument => argument());
    this.#charge(sizeOf(values, WORK) * (known.weight?.(values) ?? 1));
    const result = known.call(values);
    this.#check(typeof result === 'string' ? result.length : 0);
    return result;
  }

  #decide(name: 'and' | 'or', given: Array<() => JsonValue>): JsonValue {
    if (given.length === 0) {
      throw new GoTemplateError(`wrong number of arguments for ${name}: 0`);
    }
    let value: JsonValue = null;
    for (const argument of given) {
      value = argument();
      if (isTrue(value) === (name === 'or')) break;
    }
    return value;
  }

  #evaluate(operand: Operand, place: Place): JsonValue {
    this.#step();
    switch (operand.kind) {
      case 'literal':
        return operand.value;
      case 'dot':
        return place.dot;
      case 'variable':
        return place.variables.get(operand.name);
      case 'call':
        return this.#call(operand.name, []);
      case 'pipeline':
        return this.#run(operand.pipeline, place);
      default:
        return operand.names.reduce<JsonValue>(
          (value, name) => readField(value, name),
          this.#evaluate(operand.of, place),
        );
    }
  }

  #print(text: string): void {
    this.#check(this.#text.length + text.length);
    this.#text += text;
  }

  #check(length: number): void {
    if (length > LONGEST) {
      throw new GoTemplateError(
        `the text is longer than ${LONGEST} characters`,
      );
    }
  }

  #charge(units: number): void {
    this.#work += units;
    if (this.#work > WORK) {
      throw new GoTemplateError('the template makes too much work');
    }
  }

  #step(): void {
    this.#steps += 1;
    if (this.#steps > STEPS) {
      throw new GoTemplateError('the template does not come to an end');
    }
  }
}

/**
 * Renders a template with data. What the data lacks has no text: it is an error to print
 * it, unless a function such as `default` puts something in its place.
 *
 * @remarks
 * Differs from Go, which prints `<no value>`.
 *
 * @throws GoTemplateError
 */
export function renderTemplate(template: string, data: JsonObject): string {
  return new Renderer(data).render(parseTemplate(template));
}

function readField(value: JsonValue, name: string): JsonValue {
  if (value === null) {
    throw new GoTemplateError(`there is nothing to read field ${name} of`);
  }
  if (!isObject(value)) {
    throw new GoTemplateError(`can't read field ${name} of ${typeOf(value)}`);
  }
  return Object.hasOwn(value, name) ? value[name] ?? null : null;
}

function entriesOf(value: JsonValue): Array<[JsonValue, JsonValue]> {
  if (value === null) {
    return [];
  }
  if (Array.isArray(value)) {
    return value.map((element, index) => [index, element]);
  }
  if (isObject(value)) {
    return Object.keys(value)
      .sort()
      .map(key => [key, value[key] ?? null]);
  }
  throw new GoTemplateError(`range can't iterate over ${typeOf(value)}`);
}

/** How somebody would find a pipeline in the template. */
function describe({ commands }: Pipeline): string {
  return commands.map(({ first }) => tell(first)).join(' | ');
}

function tell(operand: Operand): string {
  switch (operand.kind) {
    case 'fields':
      return `${
        operand.of.kind === 'dot' ? '' : tell(operand.of)
      }.${operand.names.join('.')}`;
    case 'call':
    case 'variable':
      return operand.name;
    case 'literal':
      return JSON.stringify(operand.value);
    case 'dot':
      return '.';
    default:
      return '(…)';
  }
}
