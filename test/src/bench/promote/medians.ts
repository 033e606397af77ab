/** The median of every figure of some rows, to a hundredth. */
export function medians(
  rows: ReadonlyArray<Record<string, number>>,
): Record<string, number> {
  return Object.fromEntries(
    Object.keys(rows[0]).map(name => {
      const sorted = rows.map(row => row[name]).sort((a, b) => a - b);
      const median = sorted[Math.floor(sorted.length / 2)];
      return [name, Math.round(median * 100) / 100];
    }),
  );
}
