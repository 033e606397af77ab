import { z } from 'zod';
import { StepDuration } from '../shared/goDuration';
import { HttpField } from '../shared/httpRequest';

/** Configuration of the step `http-download`. */
export const HttpDownloadConfig = z.strictObject({
  url: z.string().min(1),
  outPath: z.string().min(1),
  allowOverwrite: z.boolean().default(false),
  headers: z.array(HttpField).default([]),
  queryParams: z.array(HttpField).default([]),
  insecureSkipTLSVerify: z.boolean().default(false),
  timeout: StepDuration.default('5m'),
});
