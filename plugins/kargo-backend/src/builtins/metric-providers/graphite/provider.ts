import { createMetricProvider } from 'backstage-plugin-kargo-node';
import { z } from 'zod';
import { requireSuccess } from '../shared/requireSuccess';
import { MAX_ANSWER_BYTES, readJsonAnswer } from '../shared/readAnswer';
import { GraphiteConfig } from './config';

/** Some servers write numbers as texts. */
const Value = z.union([
  z.number(),
  z
    .string()
    .regex(/^[+-]?(?:\d{1,40}(?:\.\d{0,40})?|\.\d{1,40})(?:e[+-]?\d{1,3})?$/i)
    .transform(Number),
]);

/** A value, if there is one, and its time. */
const Point = z.tuple([Value.nullable(), z.unknown()]);

const Series = z.array(z.object({ datapoints: z.array(Point) }));

/** Measures by a query to Graphite: the values of the first series. */
export const graphiteProvider = createMetricProvider({
  id: 'graphite',
  description: 'Asks Graphite for the points of a series.',
  config: GraphiteConfig,
  async measure({ address, query }, { http, signal }) {
    const plain = query.replace(/\s+/g, '').replaceAll('#', '%23');
    const response = await http.send({
      url: `${address.replace(/\/+$/, '')}/render?${plain}&format=json`,
      timeoutMs: 10_000,
      maxBytes: MAX_ANSWER_BYTES,
    });
    requireSuccess(response);
    const parsed = Series.safeParse(await readJsonAnswer(response, signal));
    if (!parsed.success) {
      throw new Error('Graphite answered something else than series');
    }
    const points = parsed.data.at(0)?.datapoints ?? [];
    if (points.length === 0) {
      throw new Error('no values found');
    }
    const result = points.flatMap(([value]) => value ?? []);
    return {
      kind: 'measured',
      result,
      elements: 'number',
      value: `[${result.map(value => value.toFixed(6)).join(',')}]`,
    };
  },
});
