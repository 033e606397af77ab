import { JsonValue } from 'backstage-plugin-kargo-common';
import { Node, parse } from 'backstage-plugin-kargo-expr';
import { isTemplate } from '../../../expressions/splitTemplate';

const EXPRESSIONS = /\$\{(?:\{[^]*?\}\}|%[^]*?%\})/g;

/** A Secret by name: `.name` or `['name']`. */
const SECRET =
  /secrets\s*(?:\.\s*([A-Za-z_$][\w$]*)|\[\s*(["'])([\w.-]+)\2\s*\])/y;

/**
 * A template in which Secrets are found as they were before Kargo 1.7: `secrets.slack.token`
 * becomes `secret("slack").token`. The same text where there is none.
 */
export function readOlderSecrets(text: string): string {
  if (!isTemplate(text) || !text.includes('secrets')) {
    return text;
  }
  return text.replace(EXPRESSIONS, whole => {
    const [opening, source, closing] = [
      whole.slice(0, 3),
      whole.slice(3, -2),
      whole.slice(-2),
    ];
    return opening + readExpression(source) + closing;
  });
}

/** As {@link readOlderSecrets}, for all texts of a value; the same value where there is none. */
export function withModernSecrets<T extends JsonValue | undefined>(
  value: T,
): T {
  if (typeof value === 'string') {
    return readOlderSecrets(value) as T;
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  const read = Array.isArray(value)
    ? value.map(withModernSecrets)
    : Object.fromEntries(
        Object.entries(value).map(([key, member]) => [
          key,
          withModernSecrets(member),
        ]),
      );
  return JSON.stringify(read) === JSON.stringify(value) ? value : (read as T);
}

function readExpression(source: string): string {
  let modern = source;
  // From the end, so that the places before stay what they are.
  for (const at of placesOfSecrets(source).sort((a, b) => b - a)) {
    SECRET.lastIndex = at;
    const found = SECRET.exec(source);
    if (found) {
      const [written, name, , quoted] = found;
      const call = `secret(${JSON.stringify(name ?? quoted)})`;
      const end = at + written.length;
      modern = `${modern.slice(0, at)}${call}${modern.slice(end)}`;
    }
  }
  return modern;
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
