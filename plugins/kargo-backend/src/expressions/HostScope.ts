import {
  DiscoveredArtifacts,
  FreightReference,
  FreightRequest,
  StepExecutionMetadata,
} from 'backstage-plugin-kargo-common';
import { LookupTable } from './lookups';

/** The data that host functions work on; parts that a scope lacks are empty. */
export interface HostScope {
  /** Requests of the Stage, in the order of its spec. */
  requests: FreightRequest[];
  /** Freight in use, sorted by origin key. */
  freight: FreightReference[];
  /** What is recorded about steps so far. */
  steps: StepExecutionMetadata[];
  /** Alias of the step being prepared; it decides which aliases `status()` sees. */
  stepAlias?: string;
  discovered?: DiscoveredArtifacts;
  lookups: LookupTable;
  /** Takes a sentence on what was looked for in vain, to explain a failure by it. */
  tellMissing?: (sentence: string) => void;
}
