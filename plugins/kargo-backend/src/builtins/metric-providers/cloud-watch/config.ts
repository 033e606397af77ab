import { z } from 'zod';

const Integer = z.union([z.number().int(), z.string()]).transform(Number);

/** What the provider `cloudWatch` is told. */
export const CloudWatchConfig = z.object({
  /** The time that is looked at, up to now. */
  interval: z.string().default('5m'),
  metricDataQueries: z
    .array(
      z.object({
        id: z.string(),
        expression: z.string().optional(),
        label: z.string().optional(),
        metricStat: z
          .object({
            metric: z.object({
              namespace: z.string().optional(),
              metricName: z.string(),
              dimensions: z
                .array(z.object({ name: z.string(), value: z.string() }))
                .default([]),
            }),
            period: Integer,
            stat: z.string(),
            unit: z.string().optional(),
          })
          .optional(),
        period: Integer.optional(),
        returnData: z.boolean().optional(),
      }),
    )
    .min(1),
});
/** As {@link CloudWatchConfig} is read. */
export type ParsedCloudWatchConfig = z.output<typeof CloudWatchConfig>;
