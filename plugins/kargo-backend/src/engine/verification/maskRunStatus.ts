import {
  AnalysisRunStatus,
  Measurement,
  MetricResult,
} from 'backstage-plugin-kargo-common';

type Mask = (text: string) => string;

/** A status in whose messages, values and metadata nothing shows that a mask takes away. */
export function maskRunStatus(
  status: AnalysisRunStatus,
  mask: Mask,
): AnalysisRunStatus {
  return {
    ...maskSaid(status, mask),
    ...(status.metricResults && {
      metricResults: status.metricResults.map(
        (result): MetricResult => ({
          ...maskSaid(result, mask),
          ...(result.measurements && {
            measurements: result.measurements.map(
              (measurement): Measurement => maskSaid(measurement, mask),
            ),
          }),
        }),
      ),
    }),
  };
}

interface Said {
  message?: string;
  value?: string;
  metadata?: Record<string, string>;
}

function maskSaid<T extends Said>(said: T, mask: Mask): T {
  const { message, value, metadata } = said;
  return {
    ...said,
    ...(message !== undefined && { message: mask(message) }),
    ...(value !== undefined && { value: mask(value) }),
    ...(metadata && {
      metadata: Object.fromEntries(
        Object.entries(metadata).map(([key, text]) => [key, mask(text)]),
      ),
    }),
  };
}
