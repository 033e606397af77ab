import { JsonValue } from 'backstage-plugin-kargo-common';
// eslint-disable-next-line @typescript-eslint/no-restricted-imports -- until texts are read by src/foreign
import { parseDocument, Tags } from 'yaml';

/**
 * The first document of a YAML text as JSON.
 *
 * @remarks
 * Read by the rules of YAML 1.1, as Kubernetes tools do: `yes` is true, `012` is ten.
 * Dates stay texts.
 *
 * @throws Error when it is not valid YAML.
 */
export function parseYaml(text: string): JsonValue {
  const document = parseDocument(firstDocument(text), {
    version: '1.1',
    customTags: withoutLossyTags,
    logLevel: 'silent',
  });
  const [error] = document.errors;
  if (error) {
    throw new Error(`not valid YAML: ${error.message.split('\n')[0]}`);
  }
  const value: unknown = document.toJS({ maxAliasCount: 100 });
  // What JSON cannot say (infinity, not a number) becomes null.
  return JSON.parse(JSON.stringify(value ?? null)) as JsonValue;
}

/** Times, base 60 and bytes have no JSON form of their own. */
function withoutLossyTags(tags: Tags): Tags {
  return tags.filter(
    tag =>
      typeof tag === 'string' ||
      !(
        tag.tag.endsWith(':timestamp') ||
        tag.tag.endsWith(':binary') ||
        ('format' in tag && tag.format === 'TIME')
      ),
  );
}

/** What follows the first document need not be valid. */
function firstDocument(text: string): string {
  const marker = /\n(?:---|\.\.\.)(?=\s|$)/g;
  for (const match of text.matchAll(marker)) {
    const before = text.slice(0, match.index + 1);
    if (/^(?!\s*(?:#|%|---)).*\S/m.test(before)) {
      return before;
    }
  }
  return text;
}
