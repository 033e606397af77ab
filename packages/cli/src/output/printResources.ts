import { Resource } from 'backstage-plugin-kargo-common';
import { CliContext } from '../CliContext';
import { formatTable } from './formatTable';
import { Column } from './nouns';
import { readOutputFormat } from './OutputFormat';

/** How resources are to be shown. */
export interface OutputOptions {
  /** `-o` */
  readonly output?: string;
  /** `false` leaves the first line of a table out. */
  readonly headers?: boolean;
}

/** Resources, and whether one was asked for by its name. */
export interface Found<T> {
  readonly items: readonly T[];
  /** One resource is shown as itself, not as a list of one. */
  readonly isSingle: boolean;
}

/** Prints resources as a table or in the format that `-o` names. */
export async function printResources<T extends Resource>(
  context: CliContext,
  { items, isSingle }: Found<T>,
  columns: ReadonlyArray<Column<T>>,
  { output, headers = true }: OutputOptions,
): Promise<void> {
  if (output !== undefined) {
    const format = await readOutputFormat(output, context);
    context.writeOut(format(isSingle ? items[0] : asList(items)));
    return;
  }
  const now = context.now();
  const titles = columns.map(({ title }) => title);
  const rows = items.map(item => columns.map(({ cell }) => cell(item, now)));
  // Like Kargo's own: titles stand above something.
  const hasTitles = headers && rows.length > 0;
  context.writeOut(formatTable(hasTitles ? [titles, ...rows] : rows));
}

function asList(items: readonly Resource[]) {
  return { apiVersion: 'v1', kind: 'List', metadata: {}, items };
}
