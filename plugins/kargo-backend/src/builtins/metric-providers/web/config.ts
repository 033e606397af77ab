import { z } from 'zod';
import { Headers, OAuth2 } from '../shared/authentication';

/** What the provider `web` is told. */
export const WebConfig = z.object({
  url: z.string().min(1),
  method: z
    .enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD'])
    .default('GET'),
  headers: Headers,
  body: z.string().optional(),
  jsonBody: z.json().optional(),
  /** 0 and less are 10. */
  timeoutSeconds: z.number().optional(),
  jsonPath: z.string().optional(),
  insecure: z.boolean().default(false),
  authentication: z.object({ oauth2: OAuth2.optional() }).optional(),
});
/** As {@link WebConfig} is read. */
export type ParsedWebConfig = z.output<typeof WebConfig>;
