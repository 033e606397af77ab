import { isScalar, Scalar } from 'yaml';
import { EditError } from './EditError';
import { readFirstDocument } from './firstDocument';
import { applyEdits, TextEdit } from './textEdits';
import { formatYamlScalar } from './yamlScalar';

/** A text to put in place of another. */
export interface YamlTextReplacement {
  /** Keys and indexes from the root of the document. */
  at: readonly (string | number)[];
  /** What stands there. */
  from: string;
  to: string;
}

/**
 * Replaces texts in the first document of a YAML text, each wherever and however it is
 * written: in a flow collection, in quotes, as a block.
 *
 * @throws EditError for what is reached through an alias or a merge, or bears an anchor:
 * another place would change with it.
 */
export function replaceYamlTexts(
  text: string,
  replacements: readonly YamlTextReplacement[],
): string {
  const document = readFirstDocument(text);
  const edits = replacements.map(({ at, from, to }): TextEdit => {
    const node = document.getIn(at, true);
    if (!isScalar(node) || node.value !== from || node.anchor || !node.range) {
      throw new EditError(
        'unsupported',
        `the text at "${at.join(
          '.',
        )}" is written with an anchor, an alias, a merge or a key that is there twice; write it out`,
      );
    }
    const [start, end] = node.range;
    const isBlock =
      node.type === Scalar.BLOCK_LITERAL || node.type === Scalar.BLOCK_FOLDED;
    const replacement = formatYamlScalar(to, { style: 'double' });
    return {
      start,
      end,
      replacement: isBlock ? `${replacement}\n` : replacement,
    };
  });
  return applyEdits(text, edits);
}
