import { parseAllDocuments, Tags } from 'yaml';

/** What a document holds, or the first thing that is wrong with it. */
export type ParsedDocument = { value: unknown } | { problem: string };

/**
 * The documents of a YAML text as Kubernetes reads them: `yes` is true, `012` is ten, dates
 * stay texts, the last of equal keys counts.
 */
export function parseYamlDocuments(text: string): ParsedDocument[] {
  const documents = parseAllDocuments(text, {
    version: '1.1',
    merge: true,
    uniqueKeys: false,
    customTags: withoutLossyTags,
    logLevel: 'silent',
  });
  return [...documents].map(document => {
    const [error] = document.errors;
    // What follows the first line quotes the manifest, which may be a Secret.
    return error
      ? { problem: error.message.split('\n')[0].replace(/:$/, '') }
      : { value: document.toJS() as unknown };
  });
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
