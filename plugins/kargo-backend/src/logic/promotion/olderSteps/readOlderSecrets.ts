import { JsonValue } from 'backstage-plugin-kargo-common';
import { Node, parse } from 'backstage-plugin-kargo-expr';
import { isTemplate } from '../../../expressions/splitTemplate';
import { Slices } from '../../slices';

/** Where an expression begins, and what ends it. */
const OPENING = /\$\{([{%])/g;

/** A Secret by name: `.name` or `['name']`. */
const SECRET =
  /secrets\s*(?:\.\s*([A-Za-z_$][\w$]*)|\[\s*(["'])([\w.-]+)\2\s*\])/y;

/**
 * A template in which Secrets are found as they were before Kargo 1.7: `secrets.slack.token`
 * becomes `secret("slack").token`. The same text where there is none. Each expression is a step.
 */
export function* readOlderSecrets(text: string): Slices<string> {
  if (!isTemplate(text) || !text.includes('secrets')) {
    return text;
  }
  const parts: string[] = [];
  let position = 0;
  for (;;) {
    OPENING.lastIndex = position;
    const opening = OPENING.exec(text);
    const start = opening ? opening.index + opening[0].length : text.length;
    const end = text.indexOf(opening?.[1] === '%' ? '%}' : '}}', start);
    if (!opening || end < 0) {
      return parts.join('') + text.slice(position);
    }
    const source = text.slice(start, end);
    parts.push(text.slice(position, start), readExpression(source));
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
    return (yield* readOlderSecrets(value)) as T;
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

function readExpression(source: string): string {
  const parts: string[] = [];
  let position = 0;
  for (const at of placesOfSecrets(source).sort((a, b) => a - b)) {
    SECRET.lastIndex = at;
    const found = SECRET.exec(source);
    if (found) {
      const [written, name, , quoted] = found;
      const call = `secret(${JSON.stringify(name ?? quoted)})`;
      parts.push(source.slice(position, at), call);
      position = at + written.length;
    }
  }
  return parts.join('') + source.slice(position);
}

/** Where `secrets` stands as a name, not in a text or as a member of something else. */
function placesOfSecrets(source: string): number[] {
  try {
    return [...namesIn(parse(source).root)]
      .filter(({ name }) => name === 'secrets')
      .map(({ at }) => at);
  } catch {
    // It cannot be evaluated either, which the Promotion will tell.
    return [];
  }
}

function* namesIn(node: Node): Iterable<{ name: string; at: number }> {
  if (node.kind === 'name') {
    yield node;
    return;
  }
  for (const child of Object.values(node)) {
    for (const item of Array.isArray(child) ? child : [child]) {
      if (
        typeof item === 'object' &&
        item !== null &&
        !ArrayBuffer.isView(item)
      ) {
        yield* namesIn(item as Node);
      }
    }
  }
}
