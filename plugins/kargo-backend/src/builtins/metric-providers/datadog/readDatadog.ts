import { JsonValue } from 'backstage-plugin-kargo-common';
import { MetricOutcome } from 'backstage-plugin-kargo-node';
import { z } from 'zod';
import { printJson, printNumber, printNumbers } from '../shared/printValue';

/** Also with the status 200 of HTTP, beside no data. */
const Failure = z.object({
  status: z.string().nullish(),
  error: z.string().nullish(),
  errors: z.union([z.string(), z.array(z.string())]).nullish(),
});

const Series = z.object({
  series: z
    .array(z.object({ pointlist: z.array(z.array(z.number().nullable())) }))
    .default([]),
});

const Columns = z.object({
  data: z.object({
    attributes: z.object({
      columns: z
        .array(
          z.object({
            type: z.string().optional(),
            values: z.array(z.json()).default([]),
          }),
        )
        .default([]),
    }),
  }),
});

/** More groups than this are told by the lowest and the highest alone. */
const MOST_GROUPS = 100;

/** The newest point of the first series; null when there is none. @throws Error */
export function readSeries(json: JsonValue): MetricOutcome {
  refuseFailure(json);
  const parsed = Series.safeParse(json);
  if (!parsed.success) {
    throw new Error('Datadog answered something else than series');
  }
  const { series } = parsed.data;
  const point = series.at(0)?.pointlist.at(-1);
  if (!point) {
    return { kind: 'measured', result: null, value: printJson(series) };
  }
  const result = point[1] ?? 0;
  return { kind: 'measured', result, value: printNumber(result) };
}

/** The value of a formula, or its values where they are grouped; null without any. @throws Error */
export function readColumns(json: JsonValue): MetricOutcome {
  refuseFailure(json);
  const parsed = Columns.safeParse(json);
  if (!parsed.success) {
    throw new Error('Datadog answered something else than columns');
  }
  const { columns } = parsed.data.data.attributes;
  const rows = columns
    .find(({ type }) => type === undefined || type === 'number')
    ?.values.map((value, row) => ({ value, row }))
    .filter(({ value }) => value !== null);
  if (!rows?.length) {
    return { kind: 'measured', result: null, value: '[]' };
  }
  const numbers = rows.map(({ value }) => {
    if (typeof value !== 'number') {
      throw new Error('Datadog answered a value that is no number');
    }
    return value;
  });
  const groups = columns.filter(({ type }) => type === 'group');
  if (groups.length === 0) {
    const [result] = numbers;
    return { kind: 'measured', result, value: printNumber(result) };
  }
  return {
    kind: 'measured',
    result: numbers,
    elements: 'number',
    value: printNumbers(numbers),
    metadata: describeGroups(
      rows.map(({ row }, index) => ({
        name: groups.map(({ values }) => printLabel(values[row])).join(','),
        value: numbers[index],
      })),
    ),
  };
}

/** A query that could not be answered is not one that found nothing. @throws Error */
export function refuseFailure(json: JsonValue): void {
  const { status, error, errors } = Failure.safeParse(json).data ?? {};
  const told = [error, errors].flat().filter(Boolean).join('; ');
  if (told || status === 'error') {
    throw new Error(`Datadog: ${told || 'the query could not be answered'}`);
  }
}

function printLabel(label: JsonValue | undefined): string {
  const labels = Array.isArray(label) ? label : [label];
  if (labels.some(part => typeof part !== 'string')) {
    throw new Error('Datadog answered a group that is no text');
  }
  return labels.join(',');
}

function describeGroups(
  groups: Array<{ name: string; value: number }>,
): Record<string, string> {
  if (groups.length <= MOST_GROUPS) {
    return { groups: JSON.stringify(groups) };
  }
  const sorted = [...groups].sort((a, b) => a.value - b.value);
  const half = MOST_GROUPS / 2;
  return {
    groups: JSON.stringify([...sorted.slice(0, half), ...sorted.slice(-half)]),
    groups_truncated: 'true',
  };
}
