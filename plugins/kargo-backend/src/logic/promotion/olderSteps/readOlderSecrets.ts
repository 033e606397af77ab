import { JsonValue } from 'backstage-plugin-kargo-common';
import { Node, parse } from 'backstage-plugin-kargo-expr';
import { environmentReads } from '../../../expressions/environmentReads';
import { isTemplate } from '../../../expressions/splitTemplate';
import { Slices } from '../../slices';

/** Where an expression begins, and what ends it. */
const OPENING = /\$\{([{%])/g;

/** A Secret by name: `.name` or `['name']`. */
const SECRET =
  /secrets\s*(?:\.\s*([A-Za-z_$][\w$]*)|\[\s*(["'])([\w.-]+)\2\s*\])/y;

/** A template in the words of today. */
export interface OlderSecrets {
  text: string;
  /** Whether `secrets` is left in it, which is an error when it is evaluated. */
  isLeft: boolean;
}

/**
 * Reads a template in which Secrets are found as they were before Kargo 1.7:
 * `secrets.slack.token` becomes `secret("slack").token`. The same text where there is none.
 * Each expression is a step.
 */
export function* readOlderSecrets(text: string): Slices<OlderSecrets> {
  if (!isTemplate(text) || !text.includes('secrets')) {
    return { text, isLeft: false };
  }
  const parts: string[] = [];
  let position = 0;
  let isLeft = false;
  for (;;) {
    OPENING.lastIndex = position;
    const opening = OPENING.exec(text);
    const start = opening ? opening.index + opening[0].length : text.length;
    const end = text.indexOf(opening?.[1] === '%' ? '%}' : '}}', start);
    if (!opening || end < 0) {
      return { text: parts.join('') + text.slice(position), isLeft };
    }
    const read = readExpression(text.slice(start, end));
    parts.push(text.slice(position, start), read.text);
    isLeft ||= read.isLeft;
    position = end;
    yield;
  }
}

/** As {@link readOlderSecrets}, for all texts of a value; the same value where there is none. */
export function* withModernSecrets<T extends JsonValue | undefined>(
  value: T,
): Slices<T> {
  if (typeof value === 'string') {
    yield;
    return (yield* readOlderSecrets(value)).text as T;
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  const read: Array<[string, JsonValue | undefined]> = [];
  let isRead = false;
  for (const [key, member] of Object.entries(value)) {
    const modern = yield* withModernSecrets(member);
    isRead ||= modern !== member;
    read.push([key, modern]);
  }
  if (!isRead) {
    return value;
  }
  return (
    Array.isArray(value)
      ? read.map(([, member]) => member)
      : Object.fromEntries(read)
  ) as T;
}

function readExpression(source: string): OlderSecrets {
  const parts: string[] = [];
  let position = 0;
  let isLeft = false;
  for (const { at, isWhole } of secretsIn(source)) {
    SECRET.lastIndex = at;
    const found = isWhole ? undefined : SECRET.exec(source);
    if (found) {
      const [written, name, , quoted] = found;
      const call = `secret(${JSON.stringify(name ?? quoted)})`;
      parts.push(source.slice(position, at), call);
      position = at + written.length;
    } else {
      isLeft = true;
    }
  }
  return { text: parts.join('') + source.slice(position), isLeft };
}

/**
 * Where `secrets` stands as a name, not in a text, as a member of something else, or for what
 * a `let` has given that name.
 *
 * @remarks
 * A Secret as a whole is left as it is: it is no text, and `Bearer ${{ secrets.token }}` would
 * be sent with the JSON of all that is in it.
 */
function secretsIn(source: string): Array<{ at: number; isWhole: boolean }> {
  try {
    const { root } = parse(source);
    const wholes = new Set<Node>(
      [...resultsOf(root, new Map())].flatMap(result =>
        result.kind === 'member' ? result.object : [],
      ),
    );
    return [...environmentReads(root, 'secrets')]
      .map(({ node }) => ({ at: node.at, isWhole: wholes.has(node) }))
      .sort((a, b) => a.at - b.at);
  } catch {
    // It cannot be evaluated either, which the Promotion will tell.
    return [];
  }
}

/** What names of `let` may come to. */
type Lets = ReadonlyMap<string, ReadonlySet<Node>>;

/** What an expression may come to as it stands, or be given to a function like `quote`. */
function resultsOf(node: Node, lets: Lets): ReadonlySet<Node> {
  const all = (nodes: readonly Node[]) =>
    new Set(nodes.flatMap(each => [...resultsOf(each, lets)]));
  switch (node.kind) {
    case 'name':
      return lets.get(node.name) ?? new Set([node]);
    case 'binary':
      return node.operation === '??'
        ? all([node.left, node.right])
        : new Set([node]);
    case 'call':
      return all(node.args);
    case 'chain':
      return resultsOf(node.body, lets);
    case 'conditional':
      return all([node.then, node.otherwise]);
    case 'let': {
      const value = resultsOf(node.value, lets);
      return resultsOf(node.body, new Map(lets).set(node.name, value));
    }
    case 'sequence':
      return resultsOf(node.items[node.items.length - 1], lets);
    default:
      return new Set([node]);
  }
}
