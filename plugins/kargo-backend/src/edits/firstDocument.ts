import { Composer, Document, Parser } from 'yaml';
import { EditError } from './EditError';

/**
 * Parses the first document of a YAML text; later ones may be anything, templates
 * included.
 *
 * @throws EditError `bad-document` when it is not valid.
 */
export function readFirstDocument(text: string): Document.Parsed {
  // Tokens tell where a value stands. Equal keys matter to whoever edits one of them.
  const composer = new Composer({ uniqueKeys: false, keepSourceTokens: true });
  for (const document of composer.compose(new Parser().parse(text), true)) {
    const [error] = document.errors;
    if (error) {
      throw new EditError(
        'bad-document',
        `not valid YAML: ${error.message.split('\n')[0]}`,
        error.pos[0],
      );
    }
    return document as Document.Parsed;
  }
  throw new EditError('bad-document', 'there is no YAML document in it');
}
