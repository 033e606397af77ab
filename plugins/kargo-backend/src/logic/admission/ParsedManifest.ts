import { KindName, ManifestMetadata } from 'backstage-plugin-kargo-common';
import { z } from 'zod';
import { Installation } from './Installation';

/** A manifest that passed its schema: defaults are filled in. */
export type ParsedManifest = {
  apiVersion: string;
  kind: KindName;
  metadata: z.output<typeof ManifestMetadata>;
} & Record<string, unknown>;

/** What becomes of fields that nobody knows, but where a schema is closed. */
export type UnknownFields = 'refuse' | 'warn' | 'ignore';

/** Facts that a manifest is checked against. */
export interface ManifestContext {
  /** Subscription types beyond the built-in ones. */
  subscriptionTypes: readonly string[];
  /** Absent where nothing is known of it, as where only the form of a manifest is checked. */
  installation?: Installation;
  /** What becomes of fields that nobody knows; left out with a warning by default. */
  unknownFields?: UnknownFields;
  /**
   * What is stored under the name. Where a manifest leaves its spec as it is, only the metadata
   * is checked: what was accepted once, by another version or with other extensions, stays. It
   * may be larger than what is new, and become smaller.
   */
  stored?: object;
  /** Takes what is accepted and may still surprise its author, one sentence each. */
  warn?: (warning: string) => void;
}
