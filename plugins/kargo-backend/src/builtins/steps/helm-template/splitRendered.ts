/** What Helm rendered from one file of a chart: a document, or several of definitions. */
export interface RenderedDocument {
  /** The file that it comes from, seen from outside of the chart: `web/templates/x.yaml`. */
  source: string;
  /** Without blanks around it, and without the comment that names the source. */
  text: string;
}

const HEAD = /^---\n# Source: (.+)\n/gm;
const SEPARATOR = /^---(?:[ \t]+#.*|[ \t]*)$/m;
const CONTENT = /^[ \t]*[^\s#]/m;

/**
 * Takes what `helm template` prints apart.
 *
 * @remarks
 * Helm puts a head in front of every document of a template, but only one in front of a
 * file of custom resource definitions; see {@link splitDocuments}.
 */
export function splitRendered(printed: string): RenderedDocument[] {
  const heads = [...printed.matchAll(HEAD)];
  return heads
    .map((head, index) => {
      const start = head.index + head[0].length;
      const text = printed.slice(start, heads[index + 1]?.index).trim();
      return { source: head[1], text };
    })
    .filter(({ text }) => text !== '');
}

/** Every document by itself, without those that hold nothing but comments. */
export function splitDocuments(
  rendered: readonly RenderedDocument[],
): RenderedDocument[] {
  return rendered.flatMap(({ source, text }) =>
    text
      .split(SEPARATOR)
      .map(part => ({ source, text: part.trim() }))
      .filter(part => CONTENT.test(part.text)),
  );
}

/** A document as Helm prints it, without the line in front. */
export function formatRendered({ source, text }: RenderedDocument): string {
  return `# Source: ${source}\n${text}`;
}
