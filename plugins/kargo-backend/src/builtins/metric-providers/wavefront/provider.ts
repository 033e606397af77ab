import {
  createMetricProvider,
  MetricOutcome,
} from 'backstage-plugin-kargo-node';
import { z } from 'zod';
import { requireSuccess } from '../shared/requireSuccess';
import { MAX_ANSWER_BYTES, readJsonAnswer } from '../shared/readAnswer';
import { WavefrontConfig } from './config';

const SECRET = 'wavefront-api-tokens';

const Answer = z.object({
  timeseries: z
    .array(z.object({ data: z.array(z.tuple([z.number(), z.number()])) }))
    .optional(),
  warnings: z.string().optional(),
});

/** Also with the status 200 of HTTP, beside no series. */
const Failure = z.object({ errorType: z.string(), errorMessage: z.string() });

/** A time in seconds and a value. */
type Point = [time: number, value: number];

/** Measures by a query to Wavefront: the point of each series that is nearest to now. */
export const wavefrontProvider = createMetricProvider({
  id: 'wavefront',
  description: 'Asks Wavefront for the newest points.',
  config: WavefrontConfig,
  async measure({ address, query }, { http, secrets, signal, now }) {
    const tokens = (await secrets.find(SECRET, 'installation')) ?? {};
    if (!Object.hasOwn(tokens, address)) {
      throw new Error(`API token not found for wavefront address '${address}'`);
    }
    const nowS = Math.floor(now() / 1_000);
    const parameters = new URLSearchParams({
      q: query,
      s: `${nowS * 1_000}`,
      e: `${nowS * 1_000}`,
      g: 's',
      p: '1',
      // No series has a point in so short a time.
      i: 'true',
      strict: 'false',
    });
    const base = /^https?:\/\//.test(address) ? address : `https://${address}`;
    const response = await http.send({
      url: `${base.replace(/\/+$/, '')}/api/v2/chart/api?${parameters}`,
      headers: { authorization: `Bearer ${tokens[address]}` },
      timeoutMs: 30_000,
      maxBytes: MAX_ANSWER_BYTES,
    });
    requireSuccess(response);
    const json = await readJsonAnswer(response, signal);
    const failure = Failure.safeParse(json);
    if (failure.success) {
      const { errorType, errorMessage } = failure.data;
      throw new Error(`Wavefront: ${errorType}: ${errorMessage}`);
    }
    const parsed = Answer.safeParse(json);
    if (!parsed.success) {
      throw new Error('Wavefront answered something else than series');
    }
    const { timeseries = [], warnings } = parsed.data;
    const points = timeseries.flatMap(({ data }) => nearest(data, nowS) ?? []);
    return measured(points, nowS, warnings);
  },
});

/** What is at the start or comes nearest to it. */
function nearest(data: Point[], nowS: number): [Point] | undefined {
  const [first, ...others] = data;
  return first
    ? [
        others.reduce(
          (best, point) =>
            Math.abs(point[0] - nowS) < Math.abs(best[0] - nowS) ? point : best,
          first,
        ),
      ]
    : undefined;
}

function measured(
  points: Point[],
  nowS: number,
  warnings: string | undefined,
): MetricOutcome {
  if (points.length === 0) {
    throw new Error('No TimeSeries found in response from Wavefront');
  }
  const values = points.map(([, value]) => value);
  const texts = values.map(value => value.toFixed(2));
  const list = (numbers: number[]) =>
    numbers.length === 1 ? `${numbers[0]}` : `[${numbers.join(',')}]`;
  return {
    kind: 'measured',
    result: values.length === 1 ? values[0] : values,
    elements: 'number',
    value: texts.length === 1 ? texts[0] : `[${texts.join(',')}]`,
    metadata: {
      timestamps: list(points.map(([time]) => time)),
      drift: list(points.map(([time]) => nowS - time)),
      ...(warnings && { warnings }),
    },
  };
}
