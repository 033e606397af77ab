import { JsonObject } from 'backstage-plugin-kargo-common';

/** A text as a document of Atlassian's format: a paragraph for each block of lines. */
export function toDocument(text: string): JsonObject {
  return {
    type: 'doc',
    version: 1,
    content: text
      .split(/\r?\n(?:[ \t]*\r?\n)+/)
      .filter(block => block.trim() !== '')
      .map(block => ({ type: 'paragraph', content: toLines(block) })),
  };
}

function toLines(block: string): JsonObject[] {
  return block.split(/\r?\n/).flatMap((text, at): JsonObject[] => {
    const line: JsonObject[] = text ? [{ type: 'text', text }] : [];
    return at > 0 ? [{ type: 'hardBreak' }, ...line] : line;
  });
}
