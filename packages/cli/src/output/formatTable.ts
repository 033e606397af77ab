/** Columns are this far apart. */
const GAP = 3;

/** No column but the last is narrower. */
const MINIMUM_WIDTH = 6;

/**
 * Lays out rows in columns, as `kubectl` does: every column but the last is as wide as
 * its widest cell and a gap.
 *
 * @returns lines, each ended.
 */
export function formatTable(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, column) => {
      widths[column] = Math.max(
        widths[column] ?? MINIMUM_WIDTH,
        [...cell].length + GAP,
      );
    });
  }
  return rows
    .map(row =>
      row
        .map((cell, column) =>
          column === row.length - 1 ? cell : pad(cell, widths[column]),
        )
        .join('')
        .trimEnd(),
    )
    .map(line => `${line}\n`)
    .join('');
}

function pad(cell: string, width: number): string {
  return cell + ' '.repeat(width - [...cell].length);
}
