import { parseDocument, visit } from 'yaml';
import { lineEnd, lineStart, TextEdit } from './textEdits';
import { ScalarValue } from './ScalarValue';

/** A value that was put in the place of another one. */
export interface WrittenValue {
  value: ScalarValue;
  /** In the text before; absent when the value was there already. */
  edit: TextEdit | undefined;
  /** It stands inside of a flow collection. */
  inFlow: boolean;
}

/**
 * Whether each new value reads back from its line alone; false also where a line alone does
 * not tell.
 *
 * @remarks
 * Reading a large text again takes as long as the edit itself. What stands outside of flow
 * collections and began and ends in one line takes nothing from other lines and gives
 * nothing to them, as long as no directive says how to read the text.
 */
export function readInTheirLines(
  edited: string,
  written: readonly WrittenValue[],
): boolean {
  if (edited.startsWith('%') || written.some(({ inFlow }) => inFlow)) {
    return false;
  }
  let shift = 0;
  return written
    .flatMap(({ edit, value }) => (edit ? [{ edit, value }] : []))
    .sort((a, b) => a.edit.start - b.edit.start)
    .every(({ edit: { start, end, replacement }, value }) => {
      const from = start + shift;
      const to = from + replacement.length;
      shift += replacement.length - (end - start);
      return readsInItsLine(edited, { from, to, value });
    });
}

function readsInItsLine(
  text: string,
  { from, to, value }: { from: number; to: number; value: ScalarValue },
): boolean {
  const begin = lineStart(text, from);
  const line = text.slice(begin, lineEnd(text, to));
  const document = parseDocument(line, { uniqueKeys: false });
  const found: unknown[] = [];
  visit(document, {
    Scalar(_, { range, value: read }) {
      if (range && range[0] >= from - begin && range[1] <= to - begin) {
        found.push(read);
      }
    },
  });
  return (
    document.errors.length === 0 &&
    !line.includes('\n') &&
    found.length === 1 &&
    Object.is(found[0], value)
  );
}
