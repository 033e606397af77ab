import { CST, Parser } from 'yaml';

/** A header of a block scalar, `|` or `>` with what may follow, and where it stands. */
interface BlockHeader {
  offset: number;
  source: string;
}

/**
 * Edits a YAML text that may end in a block scalar without a line break. Such a value has
 * none at its end either, whatever its header says: so Go and libyaml read it. The edit is
 * given a text whose header says so, `|-`, for a line break behind the value would become a
 * part of it. Where the value still ends the text, its header stays as it was.
 */
export function withClosedBlock(
  text: string,
  edit: (text: string) => string,
): string {
  const header = findOpenBlock(text);
  if (!header) {
    return edit(text);
  }
  const { offset, source } = header;
  const indicator = source.replace(/[+-]/, '');
  const tail = `${indicator}-${text.slice(offset + source.length)}`;
  const edited = edit(text.slice(0, offset) + tail);
  return edited.endsWith(tail)
    ? edited.slice(0, -tail.length) + text.slice(offset)
    : edited;
}

function findOpenBlock(text: string): BlockHeader | undefined {
  if (text.endsWith('\n')) {
    return undefined;
  }
  const last = [...new Parser().parse(text)].at(-1);
  const scalar = last && lastScalar(last);
  const lastLine = scalar?.source.split('\n').at(-1) ?? '';
  if (scalar?.type !== 'block-scalar' || lastLine.trim() === '') {
    return undefined;
  }
  const header = scalar.props.find(
    ({ type }) => type === 'block-scalar-header',
  );
  return text.endsWith(scalar.source) ? (header as BlockHeader) : undefined;
}

/** What stands last in a document, if that is a value of one piece. */
function lastScalar(
  token: CST.Token,
): CST.FlowScalar | CST.BlockScalar | undefined {
  let current: CST.Token | null | undefined = token;
  while (current) {
    switch (current.type) {
      case 'document':
        current = current.value;
        break;
      case 'block-map':
      case 'block-seq': {
        const item: CST.CollectionItem | undefined = current.items.at(-1);
        current = item?.value ?? item?.key;
        break;
      }
      case 'block-scalar':
        return current;
      default:
        return undefined;
    }
  }
  return undefined;
}
