import { z } from 'zod';
import { StepDuration } from '../shared/goDuration';
import { HttpField } from '../shared/httpRequest';
import { oneOf } from '../shared/oneOf';
import { OutputExpression } from '../shared/outputExpression';

/** Configuration of the step `http`. */
export const HttpConfig = oneOf(
  z.strictObject({
    url: z.string().min(1),
    method: z
      .enum(['DELETE', 'GET', 'HEAD', 'PATCH', 'POST', 'PUT'])
      .default('GET'),
    headers: z.array(HttpField).default([]),
    queryParams: z.array(HttpField).default([]),
    body: z.string().optional(),
    bodyFromFile: z.string().min(1).optional(),
    insecureSkipTLSVerify: z.boolean().default(false),
    proxy: z
      .string()
      .regex(/^https?:\/\//)
      .optional(),
    timeout: StepDuration.default('10s'),
    pollInterval: StepDuration.default('30s'),
    responseContentType: z
      .enum(['application/json', 'application/yaml', 'text/plain'])
      .optional(),
    successExpression: z.string().optional(),
    failureExpression: z.string().optional(),
    errorExpression: z.string().optional(),
    outputs: z.array(OutputExpression).default([]),
  }),
  ({ body, bodyFromFile }) => !(body && bodyFromFile !== undefined),
  'give at most one of "body" and "bodyFromFile"',
);
/** Configuration of the step `http` with its defaults filled in. */
export type ParsedHttpConfig = z.output<typeof HttpConfig>;
