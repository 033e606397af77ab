import { JsonValue } from 'backstage-plugin-kargo-common';
import { MetricOutcome } from 'backstage-plugin-kargo-node';
import { z } from 'zod';
import { printNumber, printNumbers } from '../shared/printValue';

/** A time in seconds and a number as text. */
const Sample = z.tuple([z.number(), z.string()]);

const Data = z.discriminatedUnion('resultType', [
  z.object({ resultType: z.literal('scalar'), result: Sample }),
  z.object({
    resultType: z.literal('vector'),
    result: z.array(z.object({ value: Sample })),
  }),
  z.object({
    resultType: z.literal('matrix'),
    result: z.array(z.object({ values: z.array(Sample) })),
  }),
]);

const Answer = z.object({
  data: Data,
  warnings: z.array(z.string()).optional(),
});

const Failure = z.object({ errorType: z.string(), error: z.string() });

/** Of whatever type. */
const AnyAnswer = z.object({ data: z.object({ resultType: z.string() }) });

/**
 * Reads an answer of the API of Prometheus: one number, or all of a vector or a matrix in
 * their order.
 *
 * @throws Error
 */
export function readPrometheus(
  status: number,
  json: JsonValue | undefined,
): MetricOutcome {
  const failure = Failure.safeParse(json);
  const isAnswered = status >= 200 && status <= 299;
  if (failure.success && (isAnswered || status === 400 || status === 422)) {
    throw new Error(`${failure.data.errorType}: ${failure.data.error}`);
  }
  if (!isAnswered) {
    const side = status < 500 ? 'client' : 'server';
    throw new Error(`${side}_error: ${side} error: ${status}`);
  }
  const answer = Answer.safeParse(json);
  if (!answer.success) {
    throw new Error(
      AnyAnswer.safeParse(json).success
        ? 'Prometheus metric type not supported'
        : 'what answered is no Prometheus: its answer holds no data',
    );
  }
  const { data, warnings } = answer.data;
  const metadata = warnings?.length
    ? {
        metadata: {
          warnings: warnings.map(text => JSON.stringify(text)).join(', '),
        },
      }
    : {};
  if (data.resultType === 'scalar') {
    const number = toNumber(data.result);
    return {
      kind: 'measured',
      result: number,
      value: printNumber(number),
      ...metadata,
    };
  }
  const samples =
    data.resultType === 'vector'
      ? data.result.map(({ value }) => value)
      : data.result.flatMap(({ values }) => values);
  const numbers = samples.map(toNumber);
  return {
    kind: 'measured',
    result: numbers,
    elements: 'number',
    value: printNumbers(numbers),
    ...metadata,
  };
}

const INFINITE: Readonly<Record<string, number>> = {
  '+Inf': Infinity,
  Inf: Infinity,
  '-Inf': -Infinity,
};

function toNumber([, text]: [number, string]): number {
  return INFINITE[text] ?? Number(text);
}
