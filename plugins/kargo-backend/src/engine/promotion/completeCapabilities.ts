import {
  CapabilityFactories,
  EngineCapability,
} from '../../ports/CapabilityFactories';
import { AliasSource } from '../admission/AliasSource';
import { LookupSource } from '../expressions/fetchLookup';
import { PromotionSecrets } from './PromotionSecrets';
import { StoreControlPlane } from './StoreControlPlane';

/** What the capabilities of steps are made of. */
export interface CapabilitySource extends LookupSource {
  aliases: AliasSource;
  /** Those that touch the world. */
  capabilities: Omit<CapabilityFactories, EngineCapability>;
}

/** Adds the capabilities that are the engine's own to those that touch the world. */
export function completeCapabilities(
  source: CapabilitySource,
): CapabilityFactories {
  const { store, aliases, capabilities } = source;
  return {
    ...capabilities,
    controlPlane: scope =>
      StoreControlPlane.create({ ...scope, store, aliases }),
    secrets: scope => new PromotionSecrets(source, scope),
  };
}
