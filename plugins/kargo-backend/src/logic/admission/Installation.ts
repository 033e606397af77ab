import { z } from 'zod';

/** What is installed that manifests may ask for, and what its operator wants of them. */
export interface Installation {
  /** Schemas of the configurations of all steps, by the kind of step. */
  steps: ReadonlyMap<string, z.ZodType>;
  /** All providers of metrics, by id; absent when somebody else measures. */
  metricProviders?: ReadonlyMap<string, unknown>;
  /** Whether image subscriptions must take tags as not moving. */
  requiresCacheByTag?: boolean;
  /** All types of webhook receivers, by id; absent where nobody is told of them. */
  receiverTypes?: ReadonlyMap<string, unknown>;
}
