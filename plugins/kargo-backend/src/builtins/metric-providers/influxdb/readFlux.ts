import { JsonValue } from 'backstage-plugin-kargo-common';

/**
 * The values (`_value`) of all records of an annotated CSV, as Flux answers it.
 *
 * @throws Error when the answer is one that tells of an error
 */
export function readFlux(csv: string): JsonValue[] {
  const values: JsonValue[] = [];
  let types: string[] = [];
  let header: string[] | undefined;
  for (const row of parseCsv(csv)) {
    if (row.length === 1 && row[0] === '') {
      header = undefined;
    } else if (row[0] === '#datatype') {
      types = row;
      header = undefined;
    } else if (row[0].startsWith('#')) {
      header = undefined;
    } else if (header === undefined) {
      header = row;
    } else {
      // In any other place it is a column that somebody has called so.
      if (header[1] === 'error') {
        throw new Error(`InfluxDB: ${row[1]}`);
      }
      const at = header.indexOf('_value');
      if (at >= 0) {
        values.push(typed(row[at] ?? '', types[at]));
      }
    }
  }
  return values;
}

function typed(text: string, type: string | undefined): JsonValue {
  if (text === '') {
    return null;
  }
  switch (type) {
    case 'double':
    case 'long':
    case 'unsignedLong':
      return Number(text.replace('Inf', 'Infinity'));
    case 'boolean':
      return text === 'true';
    default:
      return text;
  }
}

/** Rows of RFC 4180. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|\n|$)/y;
  while (cell.lastIndex < text.length) {
    const [, quoted, plain, end] = cell.exec(text) ?? [];
    if (end === undefined) {
      throw new Error('InfluxDB answered something else than CSV');
    }
    row.push(quoted?.replaceAll('""', '"') ?? plain);
    if (end !== ',') {
      rows.push(row);
      row = [];
    }
  }
  // The last cell is empty, and so is what is left of the text.
  return row.length > 0 ? [...rows, [...row, '']] : rows;
}
