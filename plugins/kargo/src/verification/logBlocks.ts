/** Characters of a log that are kept to be shown; the newest. */
export const KEPT = 512 * 1024;

/** A block takes no more once it is as long as this. */
export const BLOCK = 8 * 1024;

/** Whole lines of a log, in the pieces in which they came; of the last block the end may be missing. */
export interface LogBlock {
  id: number;
  /** What is there already never changes, so that nothing of it is drawn again. */
  pieces: readonly string[];
  length: number;
}

/** The newest part of a log. */
export interface LogBlocks {
  blocks: readonly LogBlock[];
  length: number;
  /** Whether the beginning is left out. */
  isCut: boolean;
}

export const NO_LOG: LogBlocks = { blocks: [], length: 0, isCut: false };

/** The log with what came; blocks to which nothing was added are the same objects. */
export function appendLog(log: LogBlocks, news: string): LogBlocks {
  const blocks = [...log.blocks];
  for (let rest = news; rest !== ''; ) {
    let last = blocks.at(-1);
    if (!last || isFull(last)) {
      last = { id: (last?.id ?? 0) + 1, pieces: [], length: 0 };
      blocks.push(last);
    }
    const end = endOfPiece(rest, BLOCK - last.length);
    blocks[blocks.length - 1] = {
      ...last,
      pieces: [...last.pieces, rest.slice(0, end)],
      length: last.length + end,
    };
    rest = rest.slice(end);
  }
  return cut({ ...log, blocks, length: log.length + news.length });
}

/** Ends with a line: the one after it begins at the edge. */
function isFull({ pieces, length }: LogBlock): boolean {
  return length >= BLOCK && pieces[pieces.length - 1].endsWith('\n');
}

/** Behind the line with which a block is full, or behind everything. */
function endOfPiece(text: string, room: number): number {
  const line = text.indexOf('\n', Math.max(room - 1, 0));
  return line < 0 ? text.length : line + 1;
}

/** Leaves out the oldest lines, or the beginning of a line that is longer than what is kept. */
function cut(log: LogBlocks): LogBlocks {
  const blocks = [...log.blocks];
  let { length, isCut } = log;
  while (length > KEPT && blocks.length > 1) {
    length -= blocks[0].length;
    blocks.shift();
    isCut = true;
  }
  if (length > KEPT) {
    const [{ id, pieces }] = blocks;
    const text = pieces.join('').slice(-KEPT);
    return {
      blocks: [{ id: id + 1, pieces: [text], length: text.length }],
      length: text.length,
      isCut: true,
    };
  }
  return { blocks, length, isCut };
}
